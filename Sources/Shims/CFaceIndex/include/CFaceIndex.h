#ifndef CANTEEN_FACE_INDEX_H
#define CANTEEN_FACE_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* Exact nearest-neighbour search over unit vectors of 128 floats.

   Rows live in segments. A caller says with a bit per row which rows are live; the others are never read, so
   they may be written or erased meanwhile. How the 8-bit codes keep the answer exact is told in
   docs/decisions/0006-exact-search-with-int8-prescan.md. */

#define CANTEEN_FACE_FLOATS 128
#define CANTEEN_FACE_SEGMENT_ROWS 16384u
#define CANTEEN_FACE_LIVE_WORDS (CANTEEN_FACE_SEGMENT_ROWS / 64u)
/* Rows of one canteen_face_above call at most. */
#define CANTEEN_FACE_BLOCK_ROWS 1024u

typedef struct canteen_face_segment canteen_face_segment;

/* The machine code that compares; an instruction set the machine has. */
typedef struct canteen_face_path canteen_face_path;

/* Path `index`, fastest first, or NULL after the last; there is always one. */
const canteen_face_path *canteen_face_path_at(size_t index);
const char *canteen_face_path_name(const canteen_face_path *path);

/* NULL without memory. Pages become resident when rows are written to them. */
canteen_face_segment *canteen_face_segment_create(void);
/* NULL is allowed. */
void canteen_face_segment_destroy(canteen_face_segment *segment);

/* Writes floats and codes of one row. -EINVAL when there is no such row or the floats are not a unit vector. */
int32_t canteen_face_segment_write(canteen_face_segment *segment, uint32_t row,
                                   const float values[CANTEEN_FACE_FLOATS]);
/* Overwrites floats and codes of one row with zeros. -EINVAL when there is no such row. */
int32_t canteen_face_segment_erase(canteen_face_segment *segment, uint32_t row);
/* The floats of one row, or NULL when there is no such row. */
const float *canteen_face_segment_row(const canteen_face_segment *segment, uint32_t row);
/* How many of the row's codes, scale and error are not zero; 0 for a row never written or erased since. */
uint32_t canteen_face_segment_traces(const canteen_face_segment *segment, uint32_t row);

typedef struct {
  float values[CANTEEN_FACE_FLOATS];
  /* values = scale * codes + an error of length at most code_error. */
  int16_t codes[CANTEEN_FACE_FLOATS];
  float scale;
  float code_error;
  /* Not below the Euclidean length of `values`. */
  float length;
} canteen_face_probe;

/* -EINVAL when the floats are not a unit vector. */
int32_t canteen_face_probe_prepare(canteen_face_probe *probe, const float values[CANTEEN_FACE_FLOATS]);

/* person is -1 while nobody was found; cosine is then -INFINITY. */
typedef struct {
  int32_t person;
  float cosine;
} canteen_face_candidate;

typedef struct {
  canteen_face_candidate best;
  /* The best other person. */
  canteen_face_candidate runner_up;
} canteen_face_top_two;

canteen_face_top_two canteen_face_top_two_of_nobody(void);

/* Offers every live row to `found`; of equal cosines the earlier row stays. `persons` names whose row it is. */
void canteen_face_top_two_by_codes(const canteen_face_path *path, const canteen_face_segment *segment,
                                   const uint64_t live[CANTEEN_FACE_LIVE_WORDS],
                                   const int32_t persons[CANTEEN_FACE_SEGMENT_ROWS],
                                   const canteen_face_probe *probe, canteen_face_top_two *found);
/* The same answer from the floats alone. */
void canteen_face_top_two_by_floats(const canteen_face_path *path, const canteen_face_segment *segment,
                                    const uint64_t live[CANTEEN_FACE_LIVE_WORDS],
                                    const int32_t persons[CANTEEN_FACE_SEGMENT_ROWS],
                                    const canteen_face_probe *probe, canteen_face_top_two *found);

typedef struct {
  uint32_t row;
  float cosine;
} canteen_face_hit;

/* Writes the live rows of block `block` (CANTEEN_FACE_BLOCK_ROWS rows each) whose cosine is above `least`, in
   order, and returns how many there are; 0 when there is no such block. */
uint32_t canteen_face_above(const canteen_face_path *path, const canteen_face_segment *segment,
                            const uint64_t live[CANTEEN_FACE_LIVE_WORDS], uint32_t block,
                            const canteen_face_probe *probe, float least,
                            canteen_face_hit hits[CANTEEN_FACE_BLOCK_ROWS]);

#endif
