#include "CMemoryRead.h"

#include <string.h>
#include <sys/mman.h>

typedef uint64_t wide __attribute__((vector_size(64)));

void *canteen_memory_create(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  (void)madvise(memory, bytes, MADV_HUGEPAGE);
  memset(memory, 1, bytes);
  return memory;
}

void canteen_memory_destroy(void *memory, size_t bytes) { munmap(memory, bytes); }

__attribute__((always_inline)) static inline void read_all(const void *memory, size_t bytes, size_t ahead) {
  const char *from = memory;
  wide sums[4] = {{0}};
  for (size_t at = 0; at + 256 <= bytes; at += 256) {
    for (int i = 0; i < 4; i++) {
      if (ahead > 0) __builtin_prefetch(from + at + ahead + 64 * i);
      sums[i] += *(const wide *)(from + at + 64 * i);
    }
  }
  const wide sum = sums[0] + sums[1] + sums[2] + sums[3];
  /* The compiler must believe that somebody wants the sum. */
  __asm__ volatile("" : : "m"(sum));
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static void read_avx512(const void *memory, size_t bytes, size_t ahead) {
  if (ahead == 0) read_all(memory, bytes, 0);
  else read_all(memory, bytes, ahead);
}
__attribute__((target("avx2"))) static void read_avx2(const void *memory, size_t bytes, size_t ahead) {
  if (ahead == 0) read_all(memory, bytes, 0);
  else read_all(memory, bytes, ahead);
}
#endif

static void read_plain(const void *memory, size_t bytes, size_t ahead) {
  if (ahead == 0) read_all(memory, bytes, 0);
  else read_all(memory, bytes, ahead);
}

int32_t canteen_memory_read(const void *memory, size_t bytes, uint32_t way) {
  static const size_t aheads[] = {0, 4096, 8192};
  const size_t ahead = aheads[way % 3];
  if (way >= CANTEEN_MEMORY_READ_WAYS) return -1;
#if defined(__x86_64__)
  if (way < 3) {
    if (!__builtin_cpu_supports("avx512f")) return -1;
    read_avx512(memory, bytes, ahead);
    return 0;
  }
  if (__builtin_cpu_supports("avx2")) {
    read_avx2(memory, bytes, ahead);
    return 0;
  }
#else
  if (way < 3) return -1;
#endif
  read_plain(memory, bytes, ahead);
  return 0;
}
