#ifndef CANTEEN_OPENCV_H
#define CANTEEN_OPENCV_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Every function returns 0, or a negative status with one line in `error->text`. None throws. */

#define CANTEEN_CV_OK 0
#define CANTEEN_CV_FAILED (-1)
/* The bytes are not the picture they were said to be. */
#define CANTEEN_CV_UNREADABLE (-2)

typedef struct {
  char text[256];
} canteen_cv_error;

/* Pixels that belong to the caller: 8-bit blue, green, red, rows without gaps. */
typedef struct {
  const uint8_t *pixels;
  int32_t width;
  int32_t height;
} canteen_cv_image;

/* Scales into `out_bgr`, which holds out_width * out_height * 3 bytes. */
int32_t canteen_cv_resize(canteen_cv_image image, int32_t out_width, int32_t out_height,
                          uint8_t *out_bgr, canteen_cv_error *error);

/* How a camera lays out a picture that is not compressed. NV12: the chroma follows the luma, in rows of the same
   length. Colours are those of BT.601 in their limited range, as cameras send them. */
typedef enum { CANTEEN_CV_YUYV, CANTEEN_CV_NV12, CANTEEN_CV_GREY } canteen_cv_layout;

/* A camera's picture into `out_bgr`, which holds width * height * 3 bytes. Rows may have gaps. */
int32_t canteen_cv_from_raw(const uint8_t *bytes, size_t count, canteen_cv_layout layout, int32_t width,
                            int32_t height, size_t bytes_per_line, uint8_t *out_bgr, canteen_cv_error *error);

/* Where a still stands in a frame and in what light. */
typedef struct {
  float centre_x; /* frame pixels */
  float centre_y;
  float scale;    /* frame pixels per still pixel */
  float degrees;  /* clockwise */
  float gain;     /* light: pixel * gain + offset */
  float offset;
  float noise;    /* standard deviation of sensor noise */
  uint64_t seed;  /* of the noise */
} canteen_cv_placement;

/* Draws `still` over a copy of `background` into `out_bgr`, with light and noise on the whole frame.
   Without a still (NULL pixels) only the background is drawn. */
int32_t canteen_cv_compose(canteen_cv_image background, canteen_cv_image still,
                           canteen_cv_placement placement, uint8_t *out_bgr,
                           canteen_cv_error *error);

/* One face; pixels of the image it was found in. Points: right eye, left eye, nose, right and left
   corner of the mouth, as the person has them. */
typedef struct {
  float x, y, width, height;
  float points[10];
  float score;
} canteen_cv_face;

typedef struct canteen_cv_detector canteen_cv_detector;
typedef struct canteen_cv_embedder canteen_cv_embedder;

/* YuNet 2023mar from its ONNX file. */
int32_t canteen_cv_detector_make(const char *onnx_file, canteen_cv_detector **detector,
                                 canteen_cv_error *error);
void canteen_cv_detector_free(canteen_cv_detector *detector);
/* Finds faces after scaling the image so that its long side is `long_side`; best score first. */
int32_t canteen_cv_detect(canteen_cv_detector *detector, canteen_cv_image image, int32_t long_side,
                          float least_score, float overlap, canteen_cv_face *faces,
                          int32_t capacity, int32_t *count, canteen_cv_error *error);

/* Looks at one face again, close up: the square of `reach` times its larger side around it, scaled to `side`
   pixels. `found` is 0 when the detector does not see it there. Its points are finer than those of a search over
   a whole frame. */
int32_t canteen_cv_detect_close_up(canteen_cv_detector *detector, canteen_cv_image image,
                                   const canteen_cv_face *face, float reach, int32_t side,
                                   float least_score, canteen_cv_face *closer, int32_t *found,
                                   canteen_cv_error *error);

/* SFace 2021dec from its ONNX file. */
int32_t canteen_cv_embedder_make(const char *onnx_file, canteen_cv_embedder **embedder,
                                 canteen_cv_error *error);
void canteen_cv_embedder_free(canteen_cv_embedder *embedder);
/* 128 floats, not scaled to length 1. */
int32_t canteen_cv_embed(canteen_cv_embedder *embedder, canteen_cv_image image,
                         const float points[10], float out[128], canteen_cv_error *error);

/* Measured on the aligned 112x112 face. */
typedef struct {
  float sharpness;  /* variance of the Laplacian of grey */
  float brightness; /* mean grey, 0 … 255 */
  float evenness;   /* weakest over strongest variance of the second differences in four directions, 0 … 1 */
} canteen_cv_light;

int32_t canteen_cv_measure(canteen_cv_image image, const float points[10], canteen_cv_light *light,
                           canteen_cv_error *error);

/* What may hide parts of a face, on the aligned 112x112 face. */
typedef struct {
  float eyes;          /* brightness around the lighter eye, over that of the cheek below it */
  float mouth_detail;  /* spread of the Laplacian around the mouth, over that around the eyes */
  float mouth_tint;    /* how far the colour around the mouth lies from that of the nose, 0 … 2 */
} canteen_cv_covers;

int32_t canteen_cv_measure_covers(canteen_cv_image image, const float points[10], canteen_cv_covers *covers,
                                  canteen_cv_error *error);

/* Sets how many threads this process uses for everything here. Call it before anything else: otherwise the
   first call of any function sets 2, and another number is refused from then on. */
int32_t canteen_cv_use_threads(int32_t threads, canteen_cv_error *error);
/* "4.6" */
const char *canteen_cv_version(void);

#ifdef __cplusplus
}
#endif

#include "COpenCVLiveness.h"
#endif
