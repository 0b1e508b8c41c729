#include "paths.h"
#include "segment.h"

#include <math.h>

/* Floating-point errors of bound and cosine together stay below this; see the decision record. */
#define ROUNDING 2e-5f
/* Not below the length of any row's scaled codes: 1.005 plus half a code step in 127 places. */
#define LONGEST_CODED_ROW 1.1f

static const canteen_face_path *const paths[] = {
#if defined(__x86_64__)
    &canteen_face_avx512,
    &canteen_face_avx2,
#elif defined(__aarch64__)
    &canteen_face_neon,
#endif
    &canteen_face_portable,
};

static int runs_here(const canteen_face_path *path) {
#if defined(__x86_64__)
  if (path == &canteen_face_avx512)
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
  if (path == &canteen_face_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  (void)path;
  return 1;
}

const canteen_face_path *canteen_face_path_at(size_t index) {
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    if (runs_here(paths[i]) && index-- == 0) return paths[i];
  return NULL;
}

const char *canteen_face_path_name(const canteen_face_path *path) { return path->name; }

/* The rows from the first live one to the next that is not; takes them out of `live`. */
typedef struct {
  size_t first;
  size_t count;
} run;

static run next_run(uint64_t *live) {
  const size_t first = (size_t)__builtin_ctzll(*live);
  const uint64_t gaps = ~(*live >> first);
  const size_t count = gaps == 0 ? 64 : (size_t)__builtin_ctzll(gaps);
  const size_t end = first + count;
  *live = end >= 64 ? 0 : *live & ~(uint64_t)0 << end;
  return (run){first, count};
}

static canteen_face_sieve sieve_above(float least, const canteen_face_probe *probe) {
  const float margin = probe->code_error * LONGEST_CODED_ROW + ROUNDING;
  return (canteen_face_sieve){probe->codes, probe->scale, probe->length, least - margin};
}

static uint64_t sieve_run(const canteen_face_path *path, const canteen_face_segment *segment, size_t row,
                          size_t count, const canteen_face_sieve *sieve) {
  return path->sieve(segment->codes + row * CANTEEN_FACE_FLOATS, segment->code_scales + row,
                     segment->code_errors + row, count, sieve);
}

canteen_face_top_two canteen_face_top_two_of_nobody(void) {
  const canteen_face_candidate nobody = {-1, -INFINITY};
  return (canteen_face_top_two){nobody, nobody};
}

static void offer(canteen_face_top_two *found, int32_t person, float cosine) {
  if (person == found->best.person) {
    found->best.cosine = fmaxf(found->best.cosine, cosine);
  } else if (cosine > found->best.cosine) {
    found->runner_up = found->best;
    found->best = (canteen_face_candidate){person, cosine};
  } else if (cosine > found->runner_up.cosine) {
    found->runner_up = (canteen_face_candidate){person, cosine};
  }
}

void canteen_face_top_two_by_floats(const canteen_face_path *path, const canteen_face_segment *segment,
                                    const uint64_t live[CANTEEN_FACE_LIVE_WORDS],
                                    const int32_t persons[CANTEEN_FACE_SEGMENT_ROWS],
                                    const canteen_face_probe *probe, canteen_face_top_two *found) {
  float cosines[64];
  for (size_t word = 0; word < CANTEEN_FACE_LIVE_WORDS; word++) {
    for (uint64_t left = live[word]; left != 0;) {
      const run run = next_run(&left);
      const size_t start = word * 64 + run.first;
      path->cosines(segment->floats + start * CANTEEN_FACE_FLOATS, run.count, probe->values, cosines);
      for (size_t i = 0; i < run.count; i++)
        if (cosines[i] > found->runner_up.cosine) offer(found, persons[start + i], cosines[i]);
    }
  }
}

void canteen_face_top_two_by_codes(const canteen_face_path *path, const canteen_face_segment *segment,
                                   const uint64_t live[CANTEEN_FACE_LIVE_WORDS],
                                   const int32_t persons[CANTEEN_FACE_SEGMENT_ROWS],
                                   const canteen_face_probe *probe, canteen_face_top_two *found) {
  for (size_t word = 0; word < CANTEEN_FACE_LIVE_WORDS; word++) {
    for (uint64_t left = live[word]; left != 0;) {
      const run run = next_run(&left);
      const size_t start = word * 64 + run.first;
      /* A row changes the answer only if it is above the runner-up of now. */
      const canteen_face_sieve sieve = sieve_above(found->runner_up.cosine, probe);
      for (uint64_t passed = sieve_run(path, segment, start, run.count, &sieve); passed != 0;
           passed &= passed - 1) {
        const size_t row = start + (size_t)__builtin_ctzll(passed);
        float cosine;
        path->cosines(segment->floats + row * CANTEEN_FACE_FLOATS, 1, probe->values, &cosine);
        if (cosine > found->runner_up.cosine) offer(found, persons[row], cosine);
      }
    }
  }
}

uint32_t canteen_face_above(const canteen_face_path *path, const canteen_face_segment *segment,
                            const uint64_t live[CANTEEN_FACE_LIVE_WORDS], uint32_t block,
                            const canteen_face_probe *probe, float least,
                            canteen_face_hit hits[CANTEEN_FACE_BLOCK_ROWS]) {
  const size_t words = CANTEEN_FACE_BLOCK_ROWS / 64;
  if (block >= CANTEEN_FACE_SEGMENT_ROWS / CANTEEN_FACE_BLOCK_ROWS) return 0;
  const canteen_face_sieve sieve = sieve_above(least, probe);
  uint32_t count = 0;
  for (size_t word = block * words; word < (block + 1) * words; word++) {
    for (uint64_t left = live[word]; left != 0;) {
      const run run = next_run(&left);
      const size_t start = word * 64 + run.first;
      for (uint64_t passed = sieve_run(path, segment, start, run.count, &sieve); passed != 0;
           passed &= passed - 1) {
        const size_t row = start + (size_t)__builtin_ctzll(passed);
        float cosine;
        path->cosines(segment->floats + row * CANTEEN_FACE_FLOATS, 1, probe->values, &cosine);
        if (cosine > least) hits[count++] = (canteen_face_hit){(uint32_t)row, cosine};
      }
    }
  }
  return count;
}
