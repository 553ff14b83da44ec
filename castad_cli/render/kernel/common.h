/* What all of the code that works on pixels begins with. */
#ifndef CASTAD_COMMON_H
#define CASTAD_COMMON_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#define VECTORS 1
#define WIDE __attribute__((target("avx2"))) /* called where the processor has it, and nowhere else */
#else
#define VECTORS 0
#define WIDE
#endif
#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

typedef uint8_t u8;
typedef uint16_t u16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint32_t u32;
typedef uint64_t u64;

#endif
