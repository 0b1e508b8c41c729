#if defined(__aarch64__)

#include "paths.h"

#include <arm_neon.h>

/* ARMv8.0 only: of the boxes' Cortex-A53 and A55, the A53 has no dot-product instructions. */

static void cosines(const float *rows, size_t count, const float *probe, float *cosines) {
  for (size_t row = 0; row < count; row++, rows += CANTEEN_FACE_FLOATS) {
    float32x4_t sums[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    for (int i = 0; i < CANTEEN_FACE_FLOATS; i += 16)
      for (int lane = 0; lane < 4; lane++)
        sums[lane] = vfmaq_f32(sums[lane], vld1q_f32(rows + i + 4 * lane), vld1q_f32(probe + i + 4 * lane));
    cosines[row] = vaddvq_f32(vaddq_f32(vaddq_f32(sums[0], sums[1]), vaddq_f32(sums[2], sums[3])));
  }
}

/* Four partial sums of one row's code product. 127 * 32767 * 128 fits in 32 bits. */
static inline int32x4_t partial_products(const int8_t *codes, const int16_t *probe) {
  int32x4_t even = vdupq_n_s32(0), odd = vdupq_n_s32(0);
  for (int i = 0; i < CANTEEN_FACE_FLOATS; i += 16) {
    const int8x16_t sixteen = vld1q_s8(codes + i);
    const int16x8_t low = vmovl_s8(vget_low_s8(sixteen)), high = vmovl_high_s8(sixteen);
    const int16x8_t probe_low = vld1q_s16(probe + i), probe_high = vld1q_s16(probe + i + 8);
    even = vmlal_s16(even, vget_low_s16(low), vget_low_s16(probe_low));
    odd = vmlal_high_s16(odd, low, probe_low);
    even = vmlal_s16(even, vget_low_s16(high), vget_low_s16(probe_high));
    odd = vmlal_high_s16(odd, high, probe_high);
  }
  return vaddq_s32(even, odd);
}

static uint64_t sieve(const int8_t *codes, const float *scales, const float *errors, size_t count,
                      const canteen_face_sieve *sieve) {
  uint64_t passed = 0;
  for (size_t row = 0; row < count; row++, codes += CANTEEN_FACE_FLOATS) {
    const int32_t product = vaddvq_s32(partial_products(codes, sieve->codes));
    passed |= canteen_face_passes(product, scales[row], errors[row], sieve) << row;
  }
  return passed;
}

const canteen_face_path canteen_face_neon = {"neon", cosines, sieve};

#endif
