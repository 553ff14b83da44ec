/* Draws a display list into the planes of a frame: see display_list.py, which packs what is read here.
 *
 * Planes are drawn by strips of a few rows, each with everything that lies on it, so that what is drawn over and over
 * stays in the processor's cache: a frame is then written once, however many layers it has.
 *
 * All arithmetic on pixels is on integers, and the same on every processor and with every compiler: the vector code
 * computes what the plain code does, bit by bit.
 */
#include "common.h"

enum { FILL, PICTURE, PATCH, STENCIL, SAVE, MIX };

typedef struct {
    i32 kind, plane;
    i32 left, top, right, bottom; /* of the target plane */
    i32 opacity;                  /* 0 to 256; what FILL fills with */
    i32 nothing;                  /* beyond a source's edge: 0 its edge again, 1 nothing */
    i32 width, height;            /* of the source */
    const u8 *source, *alpha;     /* SAVE and MIX: where it is put; STENCIL: weights of the target's own place */
    i64 stride, alpha_stride;     /* bytes from row to row */
    double a, c, e, b, d, f;      /* source index = (a·x + c·y + e, b·x + d·y + f), of a target pixel's whole x and y */
} Op;

typedef struct {
    u8 *pixels;
    i64 stride;
    i32 width, height;
} Target;

#define STRIP 64      /* rows at a time */
#define UNIT 128      /* a sample's weights come to this: a hundredth of a pixel is a whole step */
#define ROOM 64       /* bytes that vector loads may read and write beyond a row's end */

/* How an operation's source is read. */
enum { DIRECT, LEVEL, FREE };

typedef struct {
    int way;
    i32 from, count;    /* LEVEL: the source columns that are needed, some beyond its edges */
    int even, still;    /* LEVEL: a scale of one; no part of a pixel across */
    int leaping;        /* LEVEL: mirrored, or scaled by more than vector code reads at once */
    i32 weight;         /* LEVEL and even: of the right neighbour */
    i32 *columns;       /* LEVEL: of the left neighbour, counted from `from` */
    u8 *weights, *pick; /* LEVEL: pairs of weights, and of bytes to take from the sixteen at every eighth column */
    i32 x, y;           /* DIRECT: what is added to the target's place */
} Way;

INLINE i32 least(i32 a, i32 b) { return a < b ? a : b; }
INLINE i32 most(i32 a, i32 b) { return a > b ? a : b; }

/* The whole number below, and how many 128ths are left (0 to 127), of a place, no further than `low` and `high`. */
INLINE i32 split(double at, i32 low, i32 high, i32 *part)
{
    double limited = !(at > low) ? low : at > high ? high : at; /* what is no number, too */
    i64 steps = (i64)(limited * UNIT + (UNIT * 1048576.0 + 0.5)) - UNIT * (i64)1048576;
    *part = (i32)(steps & (UNIT - 1));
    return (i32)(steps >> 7);
}

/* In sixteen bits at every step, so that compilers put as many pixels as they can into a vector. */
INLINE u16 product16(u16 one, u16 other) { return (u16)(one * other); }
INLINE u16 sum16(u16 one, u16 other, u16 more) { return (u16)((u16)(one + other) + more); }

INLINE int is_whole(double value) { return value > -1e9 && value < 1e9 && value == (double)(i64)value; }

static size_t room_of(const Op *op)
{
    size_t width = (size_t)(op->right - op->left) + ROOM;
    return width * (sizeof(i32) + 4) + 4 * ROOM;
}

static u8 *plan(const Op *op, Way *way, u8 *room)
{
    i32 width = op->right - op->left, low = op->nothing ? -1 : 0;
    memset(way, 0, sizeof *way);
    if (op->b != 0 || op->c != 0) {
        way->way = FREE;
        return room;
    }
    if (op->a == 1 && op->d == 1 && is_whole(op->e) && is_whole(op->f)) {
        way->x = (i32)op->e, way->y = (i32)op->f;
        if (op->left + way->x >= 0 && op->top + way->y >= 0 && op->right + way->x <= op->width &&
            op->bottom + way->y <= op->height) {
            way->way = DIRECT;
            return room;
        }
    }
    way->way = LEVEL;
    way->columns = (i32 *)room, room += sizeof(i32) * (size_t)(width + ROOM / 4);
    way->weights = room, room += 2 * (size_t)width + ROOM;
    way->pick = room, room += 2 * (size_t)width + ROOM;
    i32 first = INT32_MAX, last = INT32_MIN, high = op->nothing ? op->width : op->width - 1;
    way->even = op->a == 1;
    for (i32 x = 0; x < width; x++) {
        i32 part, column = split(op->a * (op->left + x) + op->e, low, high, &part);
        way->columns[x] = column;
        way->weights[2 * x] = (u8)(UNIT - part), way->weights[2 * x + 1] = (u8)part;
        first = least(first, column), last = most(last, column);
        if (way->even && x && (column != way->columns[x - 1] + 1 || part != way->weights[1])) way->even = 0;
    }
    way->from = first, way->count = last - first + 2;
    way->weight = way->weights[1], way->still = way->even && !way->weight;
    for (i32 x = 0; x < width; x++) way->columns[x] -= first;
    for (i32 x = 0; x < width; x++) {
        i32 near = way->columns[x] - way->columns[x & ~7];
        if (near < 0 || near > 14) way->leaping = 1;
        way->pick[2 * x] = (u8)near, way->pick[2 * x + 1] = (u8)(near + 1);
    }
    for (i32 x = 2 * width; x < 2 * width + ROOM / 2; x++) way->pick[x] = way->weights[x] = 0;
    return room;
}

#if VECTORS
/* Sixteen sums of two pixels, each times its weight in 128ths, rounded.
 *
 * Weights are bytes without a sign, and so pixels are taken as bytes with one: 128 less, and again at the end. */
#define FLIP ((char)0x80)
#define HALF (UNIT * 128 + UNIT / 2)

WIDE INLINE __m256i weighed(__m256i pairs, __m256i weights)
{
    __m256i sums = _mm256_maddubs_epi16(weights, _mm256_xor_si256(pairs, _mm256_set1_epi8(FLIP)));
    return _mm256_srli_epi16(_mm256_add_epi16(sums, _mm256_set1_epi16(HALF)), 7);
}

/* As the plain code of `between`, as far as whole vectors go; how far that is. */
WIDE static i32 between_wide(u8 *restrict to, const u8 *restrict one, const u8 *restrict other, i32 count, i32 weight)
{
    const __m256i weights = _mm256_set1_epi16((short)(weight << 8 | (UNIT - weight)));
    i32 x = 0;
    for (; x + 32 <= count; x += 32) {
        __m256i near = _mm256_loadu_si256((const __m256i *)(one + x));
        __m256i far = _mm256_loadu_si256((const __m256i *)(other + x));
        __m256i low = weighed(_mm256_unpacklo_epi8(near, far), weights);
        __m256i high = weighed(_mm256_unpackhi_epi8(near, far), weights);
        _mm256_storeu_si256((__m256i *)(to + x), _mm256_packus_epi16(low, high));
    }
    return x;
}

/* As the plain code of `across`, sixteen and then eight columns at a time. May write a few bytes beyond the end: there
 * is room. */
WIDE static void across_wide(u8 *restrict to, const u8 *restrict from, const Way *way, i32 width)
{
    i32 x = 0;
    for (; x + 8 < width; x += 16) {
        __m256i near = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(from + way->columns[x]))),
            _mm_loadu_si128((const __m128i *)(from + way->columns[x + 8])), 1);
        __m256i pairs = _mm256_shuffle_epi8(near, _mm256_loadu_si256((const __m256i *)(way->pick + 2 * x)));
        __m256i sums = weighed(pairs, _mm256_loadu_si256((const __m256i *)(way->weights + 2 * x)));
        __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(sums, sums), 8);
        _mm_storeu_si128((__m128i *)(to + x), _mm256_castsi256_si128(packed));
    }
    if (x < width) {
        __m128i near = _mm_loadu_si128((const __m128i *)(from + way->columns[x]));
        __m128i pairs = _mm_shuffle_epi8(near, _mm_loadu_si128((const __m128i *)(way->pick + 2 * x)));
        __m128i weights = _mm_loadu_si128((const __m128i *)(way->weights + 2 * x));
        __m128i sums = _mm_maddubs_epi16(weights, _mm_xor_si128(pairs, _mm_set1_epi8(FLIP)));
        sums = _mm_srli_epi16(_mm_add_epi16(sums, _mm_set1_epi16(HALF)), 7);
        _mm_storel_epi64((__m128i *)(to + x), _mm_packus_epi16(sums, sums));
    }
}
#endif

INLINE void between(u8 *restrict to, const u8 *restrict one, const u8 *restrict other, i32 count, i32 weight, int vectors)
{
    u16 more = (u16)weight, less = (u16)(UNIT - weight);
    i32 done = 0;
#if VECTORS
    if (vectors) done = between_wide(to, one, other, count, weight);
#else
    (void)vectors;
#endif
    for (i32 x = done; x < count; x++)
        to[x] = (u8)(sum16(product16(one[x], less), product16(other[x], more), UNIT / 2) >> 7);
}

INLINE void across(u8 *restrict to, const u8 *restrict from, const Way *way, i32 width, int vectors)
{
    if (way->even) {
        between(to, from, from + 1, width, way->weight, vectors);
        return;
    }
#if VECTORS
    if (vectors && !way->leaping) {
        across_wide(to, from, way, width);
        return;
    }
#else
    (void)vectors;
#endif
    for (i32 x = 0; x < width; x++) {
        const u8 *pair = from + way->columns[x];
        to[x] = (u8)((pair[0] * way->weights[2 * x] + pair[1] * way->weights[2 * x + 1] + UNIT / 2) >> 7);
    }
}

/* A row of the source between two of its rows, from column `from` on, its edges or nothing beyond it. */
INLINE const u8 *down(const Op *op, const Way *way, const u8 *pixels, i64 stride, i32 y, u8 *row,
                      int vectors)
{
    i32 part, low = op->nothing ? -1 : 0, high = op->nothing ? op->height : op->height - 1;
    i32 upper = split(op->d * y + op->f, low, high, &part);
    i32 lower = upper + 1, start = most(way->from, 0), end = least(way->from + way->count, op->width);
    int none = 0;
    if (op->nothing) {
        if (upper < 0 || upper >= op->height) none |= 1;
        if (lower >= op->height) none |= 2;
    }
    if (!part || lower >= op->height) lower = upper, part = none & 2 ? part : 0;
    const u8 *one = pixels + (i64)(none & 1 ? 0 : upper) * stride + start;
    i32 count = most(end - start, 0);
    if (count && !part && !(none & 1) && start == way->from && end + 16 <= op->width) return one;
    u8 *into = row + (start - way->from);
    if ((none & 1) && !(none & 2) && part) { /* the first row coming in */
        const u8 *other = pixels + start;
        for (i32 x = 0; x < count; x++) into[x] = (u8)((other[x] * part + UNIT / 2) >> 7);
    } else if (none & 1) {
        memset(into, 0, (size_t)count);
    } else if (none & 2) { /* the last one going out */
        for (i32 x = 0; x < count; x++) into[x] = (u8)((one[x] * (UNIT - part) + UNIT / 2) >> 7);
    } else if (part) {
        between(into, one, pixels + (i64)lower * stride + start, count, part, vectors);
    } else {
        memcpy(into, one, (size_t)count);
    }
    if (way->from < start) memset(row, op->nothing || !count ? 0 : into[0], (size_t)(start - way->from));
    if (end < way->from + way->count)
        memset(row + (most(end, start) - way->from), op->nothing || !count ? 0 : into[count - 1],
               (size_t)(way->from + way->count - most(end, start)));
    return row;
}

/* A row of a source that is turned or skewed. */
INLINE void freely(const Op *op, const u8 *pixels, i64 stride, i32 y, u8 *to)
{
    double sx = op->a * op->left + op->c * y + op->e, sy = op->b * op->left + op->d * y + op->f;
    i32 low = op->nothing ? -1 : 0, right = op->width - 1, bottom = op->height - 1;
    for (i32 x = 0; x < op->right - op->left; x++) {
        i32 px, py, sum = 0;
        i32 ix = split(sx + op->a * x, low, right - low, &px), iy = split(sy + op->b * x, low, bottom - low, &py);
        if (ix >= 0 && iy >= 0 && ix < right && iy < bottom) {
            const u8 *at = pixels + (i64)iy * stride + ix;
            sum = (UNIT - py) * (at[0] * (UNIT - px) + at[1] * px) +
                  py * (at[stride] * (UNIT - px) + at[stride + 1] * px);
        } else {
            for (i32 k = 0; k < 4; k++) {
                i32 cx = ix + (k & 1), cy = iy + (k >> 1);
                if (op->nothing && (cx < 0 || cy < 0 || cx > right || cy > bottom)) continue;
                sum += (k & 1 ? px : UNIT - px) * (k >> 1 ? py : UNIT - py) *
                       pixels[(i64)least(cy, bottom) * stride + least(cx, right)];
            }
        }
        to[x] = (u8)((sum + UNIT * UNIT / 2) >> 14);
    }
}

/* A row of what is to be drawn: the source's own where it needs no change, else `row`. */
INLINE const u8 *sampled(const Op *op, const Way *way, const u8 *pixels, i64 stride, i32 y, u8 *row, u8 *spare,
                         int vectors)
{
    if (way->way == DIRECT) return pixels + (i64)(y + way->y) * stride + op->left + way->x;
    if (way->way == FREE) {
        freely(op, pixels, stride, y, row);
        return row;
    }
    const u8 *level = down(op, way, pixels, stride, y, spare, vectors);
    if (way->still) return level;
    across(row, level, way, op->right - op->left, vectors);
    return row;
}

INLINE void mix(u8 *restrict to, const u8 *restrict with, i32 width, i32 opacity)
{
    u16 more = (u16)opacity, less = (u16)(256 - opacity);
    for (i32 x = 0; x < width; x++) to[x] = (u8)(sum16(product16(with[x], more), product16(to[x], less), 128) >> 8);
}

INLINE u8 part_of_255(u16 product) /* product / 255, to the nearest */
{
    u16 more = (u16)(product + 128);
    return (u8)((u16)(more + (more >> 8)) >> 8);
}

INLINE u16 share(u8 value, u16 opacity) { return (u16)((u16)(product16(value, opacity) + 128) >> 8); }

INLINE void stencil(u8 *restrict to, const u8 *restrict with, const u8 *restrict weights, i32 width, i32 opacity)
{
    u16 by = (u16)opacity;
    for (i32 x = 0; x < width; x++) {
        u16 more = share(weights[x], by);
        to[x] = part_of_255((u16)(product16(with[x], more) + product16(to[x], (u16)(255 - more))));
    }
}

#if VECTORS
/* As the plain code of `over`, as far as whole vectors go; how far that is. */
WIDE static i32 over_wide(u8 *restrict to, const u8 *restrict colour, const u8 *restrict alpha, i32 width)
{
    const __m256i none = _mm256_setzero_si256(), all = _mm256_set1_epi8(-1), half = _mm256_set1_epi16(128);
    i32 x = 0;
    for (; x + 32 <= width; x += 32) {
        __m256i below = _mm256_loadu_si256((const __m256i *)(to + x));
        __m256i left = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(alpha + x)), all);
        __m256i low = _mm256_mullo_epi16(_mm256_unpacklo_epi8(below, none), _mm256_unpacklo_epi8(left, none));
        __m256i high = _mm256_mullo_epi16(_mm256_unpackhi_epi8(below, none), _mm256_unpackhi_epi8(left, none));
        low = _mm256_add_epi16(low, half), high = _mm256_add_epi16(high, half);
        low = _mm256_srli_epi16(_mm256_add_epi16(low, _mm256_srli_epi16(low, 8)), 8);
        high = _mm256_srli_epi16(_mm256_add_epi16(high, _mm256_srli_epi16(high, 8)), 8);
        __m256i sum = _mm256_adds_epu8(_mm256_packus_epi16(low, high),
                                       _mm256_loadu_si256((const __m256i *)(colour + x)));
        _mm256_storeu_si256((__m256i *)(to + x), sum);
    }
    return x;
}
#endif

INLINE void over(u8 *restrict to, const u8 *restrict colour, const u8 *restrict alpha, i32 width, int vectors)
{
    i32 done = 0;
#if VECTORS
    if (vectors) done = over_wide(to, colour, alpha, width);
#else
    (void)vectors;
#endif
    for (i32 x = done; x < width; x++) {
        u16 sum = (u16)(part_of_255(product16(to[x], (u16)(255 - alpha[x]))) + colour[x]);
        to[x] = (u8)(sum > 255 ? 255 : sum);
    }
}

INLINE void faintly_over(u8 *restrict to, const u8 *restrict colour, const u8 *restrict alpha, i32 width, i32 opacity)
{
    u16 by = (u16)opacity;
    for (i32 x = 0; x < width; x++) {
        u16 left = (u16)(255 - share(alpha[x], by));
        u16 sum = (u16)(part_of_255(product16(to[x], left)) + share(colour[x], by));
        to[x] = (u8)(sum > 255 ? 255 : sum);
    }
}

INLINE void draw_strip(const Op *op, const Way *way, Target target, i32 top, i32 bottom, u8 *rows, size_t row,
                       int vectors)
{
    i32 width = op->right - op->left;
    for (i32 y = top; y < bottom; y++) {
        u8 *to = target.pixels + (i64)y * target.stride + op->left;
        u8 *saved = (u8 *)(uintptr_t)op->source + (i64)(y - op->top) * op->stride;
        if (op->kind == FILL) {
            memset(to, op->opacity, (size_t)width);
        } else if (op->kind == SAVE) {
            memcpy(saved, to, (size_t)width);
        } else if (op->kind == MIX) {
            mix(to, saved, width, 256 - op->opacity);
        } else {
            const u8 *colour = sampled(op, way, op->source, op->stride, y, rows, rows + row, vectors);
            if (op->kind == PICTURE) {
                if (op->opacity >= 256) memcpy(to, colour, (size_t)width);
                else mix(to, colour, width, op->opacity);
                continue;
            }
            if (op->kind == STENCIL) {
                stencil(to, colour, op->alpha + (i64)(y - op->top) * op->alpha_stride, width, op->opacity);
                continue;
            }
            const u8 *alpha =
                sampled(op, way, op->alpha, op->alpha_stride, y, rows + 2 * row, rows + 3 * row, vectors);
            if (op->opacity >= 256) over(to, colour, alpha, width, vectors);
            else faintly_over(to, colour, alpha, width, op->opacity);
        }
    }
}

INLINE void draw_all(const Op *ops, const Way *ways, i32 count, const Target *targets, i32 planes, u8 *rows, size_t row, int vectors)
{
    for (i32 plane = 0; plane < planes; plane++)
        for (i32 strip = 0; strip < targets[plane].height; strip += STRIP)
            for (i32 i = 0; i < count; i++) {
                i32 top = most(ops[i].top, strip), bottom = least(ops[i].bottom, strip + STRIP);
                if (ops[i].plane == plane && top < bottom)
                    draw_strip(&ops[i], &ways[i], targets[plane], top, bottom, rows, row, vectors);
            }
}

WIDE static void draw_wide(const Op *ops, const Way *ways, i32 count, const Target *targets, i32 planes, u8 *rows, size_t row)
{
    draw_all(ops, ways, count, targets, planes, rows, row, 1);
}

static void draw_plain(const Op *ops, const Way *ways, i32 count, const Target *targets, i32 planes, u8 *rows, size_t row)
{
    draw_all(ops, ways, count, targets, planes, rows, row, 0);
}

/* Draws `count` operations in their order on so many planes; 0, or -1 where there is no memory. `vectors` 0: by plain
 * code alone. */
EXPORT int castad_draw(const Op *ops, i32 count, const Target *targets, i32 planes, i32 vectors)
{
    size_t room = sizeof(Way) * (size_t)count + ROOM, row = ROOM;
    for (i32 i = 0; i < count; i++) {
        size_t wide = (size_t)most(ops[i].right - ops[i].left, ops[i].width + 2) + 2 * ROOM;
        if (row < wide) row = wide;
        room += room_of(&ops[i]);
    }
    u8 *whole = malloc(room + 4 * row);
    if (!whole) return -1;
    Way *ways = (Way *)whole;
    u8 *next = whole + sizeof(Way) * (size_t)count, *rows = whole + room;
    for (i32 i = 0; i < count; i++) {
        if (ops[i].kind != PICTURE && ops[i].kind != PATCH && ops[i].kind != STENCIL) continue;
        next += -(uintptr_t)next & 15;
        next = plan(&ops[i], &ways[i], next);
    }
#if VECTORS
    if (vectors && __builtin_cpu_supports("avx2")) {
        draw_wide(ops, ways, count, targets, planes, rows, row);
        free(whole);
        return 0;
    }
#endif
    draw_plain(ops, ways, count, targets, planes, rows, row);
    free(whole);
    return 0;
}

/* Premultiplied planes of a picture of straight B, G, R, A, two rows and columns at a time.
 *
 * `to` is three rows of what red, green and blue add to Y, U and V, and their offset, in 65,536ths. What is left of a
 * colour is rounded once, from its exact product with alpha; U, V and the alpha of half size are means of four.
 */
EXPORT void castad_cut(const u8 *bgra, i64 stride, i32 width, i32 height, const i32 *to, u8 *const *planes)
{
    u8 *y = planes[0], *u = planes[1], *v = planes[2], *a = planes[3], *half = planes[4];
    const u64 unit = 255ull << 16;
    for (i32 row = 0; row < height; row += 2)
        for (i32 x = 0; x < width; x += 2) {
            u64 blue = 0, red = 0;
            u32 covered = 0;
            for (i32 k = 0; k < 4; k++) {
                const u8 *from = bgra + (row + (k >> 1)) * stride + 4 * (i64)(x + (k & 1));
                i64 at = (i64)(row + (k >> 1)) * width + x + (k & 1);
                u32 alpha = from[3];
                a[at] = (u8)alpha, y[at] = 0;
                if (!alpha) continue;
                i32 b = from[0], g = from[1], r = from[2];
                y[at] = (u8)((alpha * (u64)(to[0] * r + to[1] * g + to[2] * b + to[3]) + unit / 2) / unit);
                blue += alpha * (u64)(to[4] * r + to[5] * g + to[6] * b + to[7]);
                red += alpha * (u64)(to[8] * r + to[9] * g + to[10] * b + to[11]);
                covered += alpha;
            }
            i64 at = (i64)(row / 2) * (width / 2) + x / 2;
            u[at] = (u8)((blue + 2 * unit) / (4 * unit)), v[at] = (u8)((red + 2 * unit) / (4 * unit));
            half[at] = (u8)((covered + 2) / 4);
        }
}
