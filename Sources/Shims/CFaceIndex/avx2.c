#if defined(__x86_64__)

#include "paths.h"

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))

AVX2 static void cosines(const float *rows, size_t count, const float *probe, float *cosines) {
  for (size_t row = 0; row < count; row++, rows += CANTEEN_FACE_FLOATS) {
    canteen_face_read_ahead(rows, CANTEEN_FACE_FLOATS * sizeof(float));
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    for (int i = 0; i < CANTEEN_FACE_FLOATS; i += 32)
      for (int lane = 0; lane < 4; lane++)
        sums[lane] = _mm256_fmadd_ps(_mm256_loadu_ps(rows + i + 8 * lane), _mm256_loadu_ps(probe + i + 8 * lane),
                                     sums[lane]);
    const __m256 eight = _mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3]));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    cosines[row] = _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
}

/* Eight partial sums of one row's code product. 127 * 32767 * 128 fits in 32 bits. */
AVX2 static inline __m256i partial_products(const int8_t *codes, const __m256i probe[8]) {
  __m256i sum = _mm256_setzero_si256();
  for (int i = 0; i < 8; i++) {
    const __m256i wide = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(codes + 16 * i)));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(wide, probe[i]));
  }
  return sum;
}

AVX2 static uint64_t sieve(const int8_t *codes, const float *scales, const float *errors, size_t count,
                           const canteen_face_sieve *sieve) {
  __m256i probe[8];
  for (int i = 0; i < 8; i++) probe[i] = _mm256_loadu_si256((const __m256i *)(sieve->codes + 16 * i));
  const __m256 scale = _mm256_set1_ps(sieve->scale), length = _mm256_set1_ps(sieve->length),
               limit = _mm256_set1_ps(sieve->limit);
  uint64_t passed = 0;
  size_t row = 0;
  for (; row + 8 <= count; row += 8, codes += 8 * CANTEEN_FACE_FLOATS) {
    canteen_face_read_ahead(codes, 8 * CANTEEN_FACE_FLOATS);
    __m256i pairs[4];
    for (int i = 0; i < 4; i++)
      pairs[i] = _mm256_hadd_epi32(partial_products(codes + (2 * i) * CANTEEN_FACE_FLOATS, probe),
                                   partial_products(codes + (2 * i + 1) * CANTEEN_FACE_FLOATS, probe));
    const __m256i low = _mm256_hadd_epi32(pairs[0], pairs[1]), high = _mm256_hadd_epi32(pairs[2], pairs[3]);
    const __m256 products = _mm256_cvtepi32_ps(_mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20),
                                                                _mm256_permute2x128_si256(low, high, 0x31)));
    const __m256 row_scales = _mm256_mul_ps(_mm256_loadu_ps(scales + row), scale);
    const __m256 row_errors = _mm256_mul_ps(_mm256_loadu_ps(errors + row), length);
    const __m256 bounds = _mm256_fmadd_ps(products, row_scales, row_errors);
    passed |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(bounds, limit, _CMP_GT_OQ)) << row;
  }
  for (; row < count; row++, codes += CANTEEN_FACE_FLOATS) {
    const int32_t product = canteen_face_code_product(codes, sieve->codes);
    passed |= canteen_face_passes(product, scales[row], errors[row], sieve) << row;
  }
  return passed;
}

const canteen_face_path canteen_face_avx2 = {"avx2", cosines, sieve};

#endif
