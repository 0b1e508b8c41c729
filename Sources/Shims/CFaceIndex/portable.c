#include "paths.h"

static void cosines(const float *rows, size_t count, const float *probe, float *cosines) {
  for (size_t row = 0; row < count; row++, rows += CANTEEN_FACE_FLOATS) {
    float sums[8] = {0};
    for (int i = 0; i < CANTEEN_FACE_FLOATS; i++) sums[i % 8] += rows[i] * probe[i];
    cosines[row] = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  }
}

static uint64_t sieve(const int8_t *codes, const float *scales, const float *errors, size_t count,
                      const canteen_face_sieve *sieve) {
  uint64_t passed = 0;
  for (size_t row = 0; row < count; row++, codes += CANTEEN_FACE_FLOATS) {
    const int32_t product = canteen_face_code_product(codes, sieve->codes);
    passed |= canteen_face_passes(product, scales[row], errors[row], sieve) << row;
  }
  return passed;
}

const canteen_face_path canteen_face_portable = {"portable", cosines, sieve};
