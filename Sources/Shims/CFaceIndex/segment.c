#include "segment.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ROWS ((size_t)CANTEEN_FACE_SEGMENT_ROWS)
#define HUGE_PAGE ((size_t)2 << 20)

static const size_t float_bytes = ROWS * CANTEEN_FACE_FLOATS * sizeof(float);
static const size_t code_bytes = ROWS * CANTEEN_FACE_FLOATS;
static const size_t side_bytes = ROWS * sizeof(float);

canteen_face_segment *canteen_face_segment_create(void) {
  canteen_face_segment *segment = calloc(1, sizeof *segment);
  if (segment == NULL) return NULL;
  const size_t used = float_bytes + code_bytes + 2 * side_bytes;
  segment->mapped_bytes = used + HUGE_PAGE;
  segment->mapping =
      mmap(NULL, segment->mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (segment->mapping == MAP_FAILED) {
    free(segment);
    return NULL;
  }
  const size_t lead = (HUGE_PAGE - (uintptr_t)segment->mapping % HUGE_PAGE) % HUGE_PAGE;
  char *start = (char *)segment->mapping + lead;
  /* Both may fail: fewer page-table misses on a long read, and no faces in a core dump (I4). */
  (void)madvise(start, float_bytes + code_bytes, MADV_HUGEPAGE);
  (void)madvise(segment->mapping, segment->mapped_bytes, MADV_DONTDUMP);
  segment->floats = (float *)start;
  segment->codes = (int8_t *)(start + float_bytes);
  segment->code_scales = (float *)(start + float_bytes + code_bytes);
  segment->code_errors = segment->code_scales + ROWS;
  return segment;
}

void canteen_face_segment_destroy(canteen_face_segment *segment) {
  if (segment == NULL) return;
  /* The kernel zeroes pages before anybody else gets them. */
  munmap(segment->mapping, segment->mapped_bytes);
  free(segment);
}

/* Euclidean length, or -1 when it is not 1 give or take 0.5 %; the error bound rests on that. */
static double unit_length(const float *values) {
  double squares = 0;
  for (int i = 0; i < CANTEEN_FACE_FLOATS; i++) squares += (double)values[i] * values[i];
  const double length = sqrt(squares);
  return length >= 0.995 && length <= 1.005 ? length : -1;
}

static float largest(const float *values) {
  float most = 0;
  for (int i = 0; i < CANTEEN_FACE_FLOATS; i++) most = fmaxf(most, fabsf(values[i]));
  return most;
}

/* A float not below `value`, which is at most 2. */
static float rounded_up(double value) { return nextafterf((float)value, 4); }

int32_t canteen_face_segment_write(canteen_face_segment *segment, uint32_t row,
                                   const float values[CANTEEN_FACE_FLOATS]) {
  if (row >= ROWS || unit_length(values) < 0) return -EINVAL;
  const float scale = largest(values) / 127;
  int8_t *codes = segment->codes + (size_t)row * CANTEEN_FACE_FLOATS;
  double squares = 0;
  for (int i = 0; i < CANTEEN_FACE_FLOATS; i++) {
    codes[i] = (int8_t)fmaxf(-127, fminf(127, rintf(values[i] / scale)));
    const double error = values[i] - (double)scale * codes[i];
    squares += error * error;
  }
  memcpy(segment->floats + (size_t)row * CANTEEN_FACE_FLOATS, values, sizeof(float) * CANTEEN_FACE_FLOATS);
  segment->code_scales[row] = scale;
  segment->code_errors[row] = rounded_up(sqrt(squares));
  return 0;
}

int32_t canteen_face_segment_erase(canteen_face_segment *segment, uint32_t row) {
  if (row >= ROWS) return -EINVAL;
  explicit_bzero(segment->floats + (size_t)row * CANTEEN_FACE_FLOATS, sizeof(float) * CANTEEN_FACE_FLOATS);
  explicit_bzero(segment->codes + (size_t)row * CANTEEN_FACE_FLOATS, CANTEEN_FACE_FLOATS);
  segment->code_scales[row] = 0;
  segment->code_errors[row] = 0;
  return 0;
}

const float *canteen_face_segment_row(const canteen_face_segment *segment, uint32_t row) {
  return row < ROWS ? segment->floats + (size_t)row * CANTEEN_FACE_FLOATS : NULL;
}

uint32_t canteen_face_segment_traces(const canteen_face_segment *segment, uint32_t row) {
  if (row >= ROWS) return 0;
  const int8_t *codes = segment->codes + (size_t)row * CANTEEN_FACE_FLOATS;
  uint32_t traces = 0;
  for (int i = 0; i < CANTEEN_FACE_FLOATS; i++) traces += codes[i] != 0;
  return traces + (segment->code_scales[row] != 0) + (segment->code_errors[row] != 0);
}

int32_t canteen_face_probe_prepare(canteen_face_probe *probe, const float values[CANTEEN_FACE_FLOATS]) {
  const double length = unit_length(values);
  if (length < 0) return -EINVAL;
  const float scale = largest(values) / 32767;
  double squares = 0;
  for (int i = 0; i < CANTEEN_FACE_FLOATS; i++) {
    probe->values[i] = values[i];
    probe->codes[i] = (int16_t)fmaxf(-32767, fminf(32767, rintf(values[i] / scale)));
    const double error = values[i] - (double)scale * probe->codes[i];
    squares += error * error;
  }
  probe->scale = scale;
  probe->code_error = rounded_up(sqrt(squares));
  probe->length = rounded_up(length);
  return 0;
}
