#ifndef CANTEEN_FACE_SEGMENT_H
#define CANTEEN_FACE_SEGMENT_H

#include "CFaceIndex.h"

/* Row r of a segment: floats + 128 r, codes + 128 r, code_scales[r], code_errors[r].
   floats = code_scales * codes + an error of length at most code_errors. */
struct canteen_face_segment {
  float *floats;
  int8_t *codes;
  float *code_scales;
  float *code_errors;
  void *mapping;
  size_t mapped_bytes;
};

#endif
