/* Brings a picture down: each new pixel is the mean of what lies under it, weighed by how much of it does.
 *
 * Rows first, into one row of sums, then columns: so a picture is read once, and nothing of its size lies in between.
 *
 * All arithmetic is on integers, and the same on every processor and with every compiler: the vector code computes
 * what the plain code does, bit by bit.
 */
#include "common.h"

#define CHANNELS 3
#define MOST 6    /* parts of old pixels under a new one: sides four times as long, and one cut at either end */
#define UNIT 256  /* what a pixel's weights come to: sums of bytes fit into sixteen bits */
#define ROOM 64   /* bytes that vector loads may read beyond a row of sums */

typedef struct {
    i32 first, count;
    i32 weights[MOST];
} Under;

INLINE i64 least(i64 a, i64 b) { return a < b ? a : b; }

/* What of `length` old pixels lies under the new one at `at` of `count`: exact, then rounded so that they sum up. */
static Under under(i32 at, i32 length, i32 count)
{
    i64 begin = (i64)at * length, end = begin + length; /* in parts of which an old pixel has `count` */
    Under found = {(i32)(begin / count), 0, {0}};
    i32 sum = 0;
    for (i64 pixel = found.first; pixel * count < end && found.count < MOST; pixel++) {
        i64 covered = least((pixel + 1) * count, end) - begin;
        i32 so_far = (i32)((2 * UNIT * covered + length) / (2 * (i64)length));
        found.weights[found.count++] = so_far - sum;
        sum = so_far;
    }
    return found;
}

static void down_plain(const u8 *source, i64 stride, const Under *rows, i32 from, i32 bytes, u16 *sums)
{
    for (i32 x = from; x < bytes; x++) {
        i32 sum = 0;
        for (i32 k = 0; k < rows->count; k++) sum += source[k * stride + x] * rows->weights[k];
        sums[x] = (u16)sum;
    }
}

INLINE u8 mean(i32 sum) { return (u8)((sum + UNIT * UNIT / 4) / (UNIT * UNIT / 2)); }

static void across_plain(const u16 *sums, const Under *columns, i32 from, i32 width, u8 *target)
{
    for (i32 x = from; x < width; x++)
        for (i32 channel = 0; channel < CHANNELS; channel++) {
            const Under *own = columns + x;
            i32 sum = 0;
            for (i32 k = 0; k < own->count; k++)
                sum += (sums[(own->first + k) * CHANNELS + channel] >> 1) * own->weights[k];
            target[x * CHANNELS + channel] = mean(sum);
        }
}

#if VECTORS
WIDE INLINE __m256i sixteen(const u8 *at) { return _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)at)); }

WIDE static void down_wide(const u8 *source, i64 stride, const Under *rows, i32 bytes, u16 *sums)
{
    i32 x = 0;
    for (; x + 16 <= bytes; x += 16) {
        __m256i sum = _mm256_setzero_si256();
        for (i32 k = 0; k < rows->count; k++) {
            __m256i weight = _mm256_set1_epi16((short)rows->weights[k]);
            sum = _mm256_add_epi16(sum, _mm256_mullo_epi16(sixteen(source + k * stride + x), weight));
        }
        _mm256_storeu_si256((__m256i *)(sums + x), sum);
    }
    down_plain(source, stride, rows, x, bytes, sums);
}

/* The four sums at a place (those of a pixel, and one more), halved so that they have no sign. */
WIDE INLINE __m128i four(const u16 *at) { return _mm_srli_epi16(_mm_loadl_epi64((const __m128i *)at), 1); }

WIDE static void across_wide(const u16 *sums, const Under *columns, i32 width, u8 *target)
{
    const __m128i half = _mm_set1_epi32(UNIT * UNIT / 4);
    i32 x = 0;
    for (; x < width - 1; x++) { /* four bytes are written at a time: not beyond the row's end */
        const Under *own = columns + x;
        const u16 *at = sums + own->first * CHANNELS;
        __m128i sum = half;
        for (i32 k = 0; k < own->count; k += 2, at += 2 * CHANNELS) {
            __m128i weights = _mm_set1_epi32((i32)((u32)own->weights[k] | (u32)own->weights[k + 1] << 16));
            sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_unpacklo_epi16(four(at), four(at + CHANNELS)), weights));
        }
        sum = _mm_srli_epi32(sum, 15);
        sum = _mm_packus_epi16(_mm_packs_epi32(sum, sum), sum);
        i32 pixel = _mm_cvtsi128_si32(sum);
        memcpy(target + x * CHANNELS, &pixel, 4);
    }
    across_plain(sums, columns, x, width, target);
}
#endif

/* Fills `target` (rows one after the other) with a picture of three channels, of which each side is one to four times
 * as long. Whether there was no memory for it. */
EXPORT int castad_shrink(const u8 *source, i64 stride, i32 width, i32 height, u8 *target, i32 new_width,
                         i32 new_height, int vectors)
{
    i32 bytes = width * CHANNELS;
    u16 *sums = calloc((size_t)bytes * sizeof *sums + ROOM, 1);
    Under *columns = malloc((size_t)new_width * sizeof *columns);
    if (!sums || !columns) {
        free(sums), free(columns);
        return 1;
    }
    for (i32 x = 0; x < new_width; x++) columns[x] = under(x, width, new_width);
#if VECTORS
    vectors = vectors && __builtin_cpu_supports("avx2");
#else
    vectors = 0;
#endif
    for (i32 y = 0; y < new_height; y++, target += (i64)new_width * CHANNELS) {
        Under rows = under(y, height, new_height);
        const u8 *from = source + rows.first * stride;
#if VECTORS
        if (vectors) {
            down_wide(from, stride, &rows, bytes, sums);
            across_wide(sums, columns, new_width, target);
            continue;
        }
#endif
        down_plain(from, stride, &rows, 0, bytes, sums);
        across_plain(sums, columns, 0, new_width, target);
    }
    free(sums), free(columns);
    return 0;
}
