#ifndef CANTEEN_FACE_PATHS_H
#define CANTEEN_FACE_PATHS_H

#include "CFaceIndex.h"

/* What a probe contributes to the upper bound of a row's cosine:
   code_cosine * code_scales[r] + length * code_errors[r], where code_cosine is scale times the product of codes.
   A row may have a cosine above some limit only if that sum is above the limit less the margin. */
typedef struct {
  const int16_t *codes;
  float scale;
  float length;
  /* Already less the margin. */
  float limit;
} canteen_face_sieve;

struct canteen_face_path {
  const char *name;
  /* Cosines of `count` rows. The sum of one row is made in the same order whatever `count` is, so that a row has
     one cosine only. */
  void (*cosines)(const float *rows, size_t count, const float *probe, float *cosines);
  /* Bit i: row i of `count` (at most 64) may be above the limit. */
  uint64_t (*sieve)(const int8_t *codes, const float *scales, const float *errors, size_t count,
                    const canteen_face_sieve *sieve);
};

extern const canteen_face_path canteen_face_portable;
#if defined(__x86_64__)
extern const canteen_face_path canteen_face_avx2;
extern const canteen_face_path canteen_face_avx512;
#elif defined(__aarch64__)
extern const canteen_face_path canteen_face_neon;
#endif

/* The processor's own read-ahead stops at each 4 kB page, so the lines two pages on are asked for here: one line
   for each line read. Past the end of the rows this does nothing. */
static inline void canteen_face_read_ahead(const void *from, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)from + 8192 + i);
}

/* Whether one row may be above the limit, given the product of its codes with the probe's. */
static inline uint64_t canteen_face_passes(int32_t product, float scale, float error,
                                           const canteen_face_sieve *sieve) {
  return (float)product * (scale * sieve->scale) + error * sieve->length > sieve->limit;
}

static inline int32_t canteen_face_code_product(const int8_t *codes, const int16_t *probe) {
  int32_t sum = 0;
  for (int i = 0; i < CANTEEN_FACE_FLOATS; i++) sum += codes[i] * probe[i];
  return sum;
}

#endif
