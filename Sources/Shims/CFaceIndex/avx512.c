#if defined(__x86_64__)

#include "paths.h"

#include <immintrin.h>

#define AVX512 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq")))

AVX512 static void cosines(const float *rows, size_t count, const float *probe, float *cosines) {
  __m512 probes[8];
  for (int i = 0; i < 8; i++) probes[i] = _mm512_loadu_ps(probe + 16 * i);
  for (size_t row = 0; row < count; row++, rows += CANTEEN_FACE_FLOATS) {
    canteen_face_read_ahead(rows, CANTEEN_FACE_FLOATS * sizeof(float));
    __m512 even = _mm512_mul_ps(_mm512_loadu_ps(rows), probes[0]);
    __m512 odd = _mm512_mul_ps(_mm512_loadu_ps(rows + 16), probes[1]);
    for (int i = 2; i < 8; i += 2) {
      even = _mm512_fmadd_ps(_mm512_loadu_ps(rows + 16 * i), probes[i], even);
      odd = _mm512_fmadd_ps(_mm512_loadu_ps(rows + 16 * i + 16), probes[i + 1], odd);
    }
    cosines[row] = _mm512_reduce_add_ps(_mm512_add_ps(even, odd));
  }
}

/* Eight partial sums of one row's code product. 127 * 32767 * 128 fits in 32 bits. */
AVX512 static inline __m256i partial_products(const int8_t *codes, const __m512i probe[4]) {
  __m512i sum = _mm512_setzero_si512();
  for (int i = 0; i < 4; i++) {
    const __m512i wide = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(codes + 32 * i)));
    sum = _mm512_add_epi32(sum, _mm512_madd_epi16(wide, probe[i]));
  }
  return _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1));
}

AVX512 static uint64_t sieve(const int8_t *codes, const float *scales, const float *errors, size_t count,
                             const canteen_face_sieve *sieve) {
  __m512i probe[4];
  for (int i = 0; i < 4; i++) probe[i] = _mm512_loadu_si512(sieve->codes + 32 * i);
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
    passed |= (uint64_t)_mm256_cmp_ps_mask(bounds, limit, _CMP_GT_OQ) << row;
  }
  for (; row < count; row++, codes += CANTEEN_FACE_FLOATS) {
    const int32_t product = canteen_face_code_product(codes, sieve->codes);
    passed |= canteen_face_passes(product, scales[row], errors[row], sieve) << row;
  }
  return passed;
}

const canteen_face_path canteen_face_avx512 = {"avx512", cosines, sieve};

#endif
