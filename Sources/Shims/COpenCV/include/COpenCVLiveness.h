#ifndef CANTEEN_OPENCV_LIVENESS_H
#define CANTEEN_OPENCV_LIVENESS_H

#include "COpenCV.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What happened to one face between two looks at it. Lengths are in distances between its eyes. */
typedef struct {
  /* How far the middle of the face went across the frame. */
  float moved;
  /* Correlation of the skin with itself, after the motion is taken out. Below 0.6 the skin was not followed,
     and the numbers of this group are 0. */
  float correlation;
  int32_t followed;
  /* Turn of the head that explains the motion beyond one homography; degrees, and its standard error. */
  float yaw, pitch, turn_error;
  /* Longest over shortest axis of the homography's stretch, minus 1: 0 for a move in the picture's plane. */
  float stretch;
  /* Change of the eyes over change of the skin, both after the motion is taken out; near 1 when rigid. */
  float eye_change;
  /* Textured cells beside and above the head: all, those that went with the face, those that stayed, those
     that did neither. */
  int32_t around, around_went, around_stayed, around_lost;
} canteen_cv_motion;

int32_t canteen_cv_face_motion(canteen_cv_image earlier, const float earlier_points[10],
                               canteen_cv_image later, const float later_points[10],
                               canteen_cv_motion *motion, canteen_cv_error *error);

/* Highest peak of the spectrum over the mean of its own frequency band, in the square of `side` pixels
   around the middle of the face: of grey, and of red minus blue. Upright and level waves are left out:
   the blocks of JPEG and flickering lamps make them. `side` follows from the face; 0 when below 48. */
typedef struct {
  int32_t side;
  float grey_peak;
  float colour_peak;
} canteen_cv_spectrum;

int32_t canteen_cv_face_spectrum(canteen_cv_image image, const float points[10],
                                 canteen_cv_spectrum *spectrum, canteen_cv_error *error);

/* An infrared look at one face. */
typedef struct {
  float frame_brightness; /* mean of the whole frame, 0 … 255 */
  float brightness;       /* mean of the aligned face */
  float contrast;         /* standard deviation of the aligned face around its own blur, over its mean */
} canteen_cv_infrared;

int32_t canteen_cv_face_infrared(canteen_cv_image image, const float points[10],
                                 canteen_cv_infrared *infrared, canteen_cv_error *error);

typedef struct canteen_cv_classifier canteen_cv_classifier;

/* Any network that takes one square colour picture and answers with a row of floats. */
int32_t canteen_cv_classifier_make(const char *onnx_file, canteen_cv_classifier **classifier,
                                   canteen_cv_error *error);
void canteen_cv_classifier_free(canteen_cv_classifier *classifier);

/* How a face is cut out and handed to a classifier. */
typedef struct {
  int32_t side;      /* of the network's input */
  float margin;      /* side of the square cut-out over the longer side of the box */
  float mean[3];     /* subtracted, in the network's channel order */
  float scale;       /* multiplied afterwards */
  int32_t takes_rgb; /* 0: blue first */
} canteen_cv_classifier_input;

/* `box`: x, y, width, height. Copies at most `capacity` floats of the answer. */
int32_t canteen_cv_classify(canteen_cv_classifier *classifier, canteen_cv_image image,
                            const float box[4], canteen_cv_classifier_input input, float *out,
                            int32_t capacity, int32_t *count, canteen_cv_error *error);

#ifdef __cplusplus
}
#endif
#endif
