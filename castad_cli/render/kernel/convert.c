/* sRGB photographs as planes of Y', Cb and Cr: see converting.py, which has the weights.
 *
 * All arithmetic is on integers, and the same on every processor and with every compiler. Its loops are plain
 * ones, compiled twice: as they are, and for what the processor has for many pixels at once. Only to part the bytes of
 * pixels no compiler finds the way; that has vector code of its own.
 */
#include "common.h"

enum { REACH = 2, RING = 2 * REACH + 1 }; /* pixels that a blur looks at on each side; rows of it that are kept */
#define ROOM 64 /* bytes that vector loads and stores may touch beyond a row's end */

typedef struct {
    const u8 *rgb;
    i64 stride;
    i32 width, height;
} Picture;

/* Where a row or column beyond an edge is mirrored: the one at the edge stands once. */
INLINE i32 mirrored(i32 at, i32 length)
{
    if (length == 1) return 0;
    while (at < 0 || at >= length) at = at < 0 ? -at : 2 * (length - 1) - at;
    return at;
}

/* Parts pixels of three bytes, from the one at `x` up to `count`. */
INLINE void part_plain(const u8 *rgb, i32 x, i32 count, u8 *red, u8 *green, u8 *blue)
{
    for (; x < count; x++) red[x] = rgb[3 * x], green[x] = rgb[3 * x + 1], blue[x] = rgb[3 * x + 2];
}

#if VECTORS
#define N ((char)-1)
#define GATHER(p, q, r) \
    _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, p), _mm_shuffle_epi8(b, q)), _mm_shuffle_epi8(c, r))

WIDE static void part_wide(const u8 *rgb, i32 count, u8 *red, u8 *green, u8 *blue)
{
    const __m128i r0 = _mm_setr_epi8(0, 3, 6, 9, 12, 15, N, N, N, N, N, N, N, N, N, N);
    const __m128i r1 = _mm_setr_epi8(N, N, N, N, N, N, 2, 5, 8, 11, 14, N, N, N, N, N);
    const __m128i r2 = _mm_setr_epi8(N, N, N, N, N, N, N, N, N, N, N, 1, 4, 7, 10, 13);
    const __m128i g0 = _mm_setr_epi8(1, 4, 7, 10, 13, N, N, N, N, N, N, N, N, N, N, N);
    const __m128i g1 = _mm_setr_epi8(N, N, N, N, N, 0, 3, 6, 9, 12, 15, N, N, N, N, N);
    const __m128i g2 = _mm_setr_epi8(N, N, N, N, N, N, N, N, N, N, N, 2, 5, 8, 11, 14);
    const __m128i b0 = _mm_setr_epi8(2, 5, 8, 11, 14, N, N, N, N, N, N, N, N, N, N, N);
    const __m128i b1 = _mm_setr_epi8(N, N, N, N, N, 1, 4, 7, 10, 13, N, N, N, N, N, N);
    const __m128i b2 = _mm_setr_epi8(N, N, N, N, N, N, N, N, N, N, 0, 3, 6, 9, 12, 15);
    i32 x = 0;
    for (; x + 16 <= count; x += 16) {
        __m128i a = _mm_loadu_si128((const __m128i *)(rgb + 3 * x));
        __m128i b = _mm_loadu_si128((const __m128i *)(rgb + 3 * x + 16));
        __m128i c = _mm_loadu_si128((const __m128i *)(rgb + 3 * x + 32));
        _mm_storeu_si128((__m128i *)(red + x), GATHER(r0, r1, r2));
        _mm_storeu_si128((__m128i *)(green + x), GATHER(g0, g1, g2));
        _mm_storeu_si128((__m128i *)(blue + x), GATHER(b0, b1, b2));
    }
    part_plain(rgb, x, count, red, green, blue);
}
#endif

INLINE void part(const u8 *rgb, i32 count, u8 *red, u8 *green, u8 *blue, int vectors)
{
#if VECTORS
    if (vectors) {
        part_wide(rgb, count, red, green, blue);
        return;
    }
#endif
    (void)vectors;
    part_plain(rgb, 0, count, red, green, blue);
}

/* One row's luma in 128ths, from column `first` on, blurred along the row. */
INLINE void luma_row(const Picture *picture, i32 y, i32 first, i32 count, const i32 *to, const i32 *blur, u8 *bytes,
                     u16 *luma, u16 *row, int vectors)
{
    i32 from = first - REACH, all = count + 2 * REACH; /* with those that the blur looks at */
    i32 low = from < 0 ? 0 : from, high = from + all > picture->width ? picture->width : from + all;
    u8 *red = bytes, *green = red + all + ROOM, *blue = green + all + ROOM;
    part(picture->rgb + y * picture->stride + 3 * (i64)low, high - low, red, green, blue, vectors);
    u16 *own = luma + (low - from);
    for (i32 x = 0; x < high - low; x++)
        own[x] = (u16)((to[0] * red[x] + to[1] * green[x] + to[2] * blue[x] + to[3]) >> 9);
    for (i32 x = 0; x < low - from; x++) luma[x] = luma[mirrored(from + x, picture->width) - from];
    for (i32 x = high - from; x < all; x++) luma[x] = luma[mirrored(from + x, picture->width) - from];
    for (i32 x = 0; x < count; x++)
        row[x] = (u16)((blur[0] * luma[x + 2] + blur[1] * (luma[x + 1] + luma[x + 3]) +
                        blur[2] * (luma[x] + luma[x + 4]) + (1 << 14)) >> 15);
}

INLINE int luma(const Picture *picture, i32 left, i32 top, i32 right, i32 bottom, const i32 *to, const i32 *blur,
                u8 *target, i64 stride, int vectors)
{
    i32 count = right - left;
    size_t room = (size_t)count + 2 * REACH + ROOM;
    u8 *bytes = malloc(3 * room);
    u16 *rows = malloc((RING + 1) * room * sizeof *rows);
    if (!bytes || !rows) {
        free(bytes), free(rows);
        return 1;
    }
    i32 held[RING];
    for (i32 k = 0; k < RING; k++) held[k] = -1;
    for (i32 y = top; y < bottom; y++, target += stride) {
        const u16 *around[RING];
        for (i32 k = 0; k < RING; k++) {
            i32 at = mirrored(y + k - REACH, picture->height), slot = at % RING;
            u16 *row = rows + (size_t)(slot + 1) * room;
            if (held[slot] != at) luma_row(picture, at, left, count, to, blur, bytes, rows, row, vectors);
            held[slot] = at, around[k] = row;
        }
        const u16 *a = around[0], *b = around[1], *c = around[2], *d = around[3], *e = around[4];
        for (i32 x = 0; x < count; x++)
            target[x] = (u8)((blur[0] * c[x] + blur[1] * (b[x] + d[x]) + blur[2] * (a[x] + e[x]) + (1 << 21)) >> 22);
    }
    free(bytes), free(rows);
    return 0;
}

INLINE int chroma(const Picture *picture, i32 left, i32 top, i32 right, i32 bottom, const i32 *to, u8 *u, u8 *v,
                  i64 stride, int vectors)
{
    i32 count = right - left;
    size_t room = 2 * (size_t)count + ROOM;
    u8 *bytes = malloc(6 * room);
    u16 *sums = malloc(3 * room * sizeof *sums);
    if (!bytes || !sums) {
        free(bytes), free(sums);
        return 1;
    }
    for (i32 y = top; y < bottom; y++, u += stride, v += stride) {
        const u8 *from = picture->rgb + 2 * y * picture->stride + 6 * (i64)left;
        for (i32 row = 0; row < 2; row++)
            part(from + row * picture->stride, 2 * count, bytes + (size_t)(3 * row) * room,
                 bytes + (size_t)(3 * row + 1) * room, bytes + (size_t)(3 * row + 2) * room, vectors);
        for (i32 channel = 0; channel < 3; channel++) {
            const u8 *one = bytes + (size_t)channel * room, *other = one + 3 * room;
            u16 *sum = sums + (size_t)channel * room;
            for (i32 x = 0; x < count; x++)
                sum[x] = (u16)(one[2 * x] + one[2 * x + 1] + other[2 * x] + other[2 * x + 1]);
        }
        const u16 *red = sums, *green = sums + room, *blue = green + room;
        for (i32 x = 0; x < count; x++) {
            u[x] = (u8)((to[0] * red[x] + to[1] * green[x] + to[2] * blue[x] + to[3]) >> 18);
            v[x] = (u8)((to[4] * red[x] + to[5] * green[x] + to[6] * blue[x] + to[7]) >> 18);
        }
    }
    free(bytes), free(sums);
    return 0;
}

#if VECTORS
WIDE static int luma_wide(const Picture *picture, i32 left, i32 top, i32 right, i32 bottom, const i32 *to,
                          const i32 *blur, u8 *target, i64 stride)
{
    return luma(picture, left, top, right, bottom, to, blur, target, stride, 1);
}

WIDE static int chroma_wide(const Picture *picture, i32 left, i32 top, i32 right, i32 bottom, const i32 *to, u8 *u,
                            u8 *v, i64 stride)
{
    return chroma(picture, left, top, right, bottom, to, u, v, stride, 1);
}
#endif

/* The luma of a box within a picture, blurred with what is around it. `to`: what red, green and blue add, and what is
 * added for all and for rounding, in 65,536ths. `blur`: weights of a pixel, its neighbours and theirs, in 32,768ths.
 * Whether there was no memory for it. */
EXPORT int castad_luma(const u8 *rgb, i64 stride, i32 width, i32 height, i32 left, i32 top, i32 right, i32 bottom,
                       const i32 *to, const i32 *blur, u8 *target, i64 target_stride, int vectors)
{
    Picture picture = {rgb, stride, width, height};
#if VECTORS
    if (vectors && __builtin_cpu_supports("avx2"))
        return luma_wide(&picture, left, top, right, bottom, to, blur, target, target_stride);
#endif
    (void)vectors;
    return luma(&picture, left, top, right, bottom, to, blur, target, target_stride, 0);
}

/* The chroma of a box, in blocks of two by two pixels of the picture, of the mean of each. `to`: two rows as for luma.
 * Whether there was no memory for it. */
EXPORT int castad_chroma(const u8 *rgb, i64 stride, i32 width, i32 height, i32 left, i32 top, i32 right, i32 bottom,
                         const i32 *to, u8 *u, u8 *v, i64 target_stride, int vectors)
{
    Picture picture = {rgb, stride, width, height};
#if VECTORS
    if (vectors && __builtin_cpu_supports("avx2"))
        return chroma_wide(&picture, left, top, right, bottom, to, u, v, target_stride);
#endif
    (void)vectors;
    return chroma(&picture, left, top, right, bottom, to, u, v, target_stride, 0);
}
