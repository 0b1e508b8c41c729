#ifndef CANTEEN_SCENES_H
#define CANTEEN_SCENES_H

#include "COpenCV.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pictures of faces and of things that show faces, drawn to measure liveness with. */

/* Surfaces a picture can lie on. Lengths are in pixels of the picture; depth grows towards the camera. */
#define CANTEEN_CV_FLAT 0
/* A sheet bent around an upright axis. */
#define CANTEEN_CV_BENT 1
/* A head: an ellipsoid with nose, brow and chin; flat below the chin. */
#define CANTEEN_CV_HEAD 2

typedef struct {
  int32_t kind;
  /* In the picture: the five points of its face. Needed for a head and for the eyes. */
  float points[10];
  /* Of a head: how far it stands out, 1 for an average head. Of a bent sheet: its curvature by half its width. */
  float relief;
  /* Radians. */
  float yaw, pitch, roll;
  /* Where the middle of the picture is in the frame, and frame pixels per picture pixel there. */
  float centre_x, centre_y, scale;
  /* Focal length of the camera in frame pixels. */
  float focal;
  /* 0 open … 1 closed. */
  float eyes_closed;
  /* How far the lips are apart, in eye distances. */
  float mouth_open;
  /* Of a display: its own pixels per picture pixel; 0 is no display. */
  float display_pixels;
  /* Blur of the lens, in frame pixels, that weakens the display's grid. */
  float lens_blur;
} canteen_cv_surface;

/* Draws `picture` where `mask` (one byte a pixel, same size) lets it, over a copy of `frame`, into `out_bgr`. */
int32_t canteen_cv_draw_surface(canteen_cv_image frame, canteen_cv_image picture, const uint8_t *mask,
                                canteen_cv_surface surface, uint8_t *out_bgr,
                                canteen_cv_error *error);

/* What of a picture belongs to whom. */
#define CANTEEN_CV_WHOLE 0
#define CANTEEN_CV_HEAD_ONLY 1
#define CANTEEN_CV_HEAD_AND_SHOULDERS 2
#define CANTEEN_CV_EYES 3

/* Writes a mask of width * height bytes; `hair` is how far hair stands out, in eye distances. */
int32_t canteen_cv_mask(int32_t width, int32_t height, const float points[10], int32_t part, float hair,
                        uint8_t *out, canteen_cv_error *error);

/* A canteen behind the queue: wall, doors, posters, lamps; blurred by `blur` pixels. */
int32_t canteen_cv_draw_room(int32_t width, int32_t height, float blur, uint64_t seed, uint8_t *out_bgr,
                             canteen_cv_error *error);

/* The picture with a border around it, of one colour; the new size is the old one plus 2 * border. */
int32_t canteen_cv_framed(canteen_cv_image picture, int32_t border, const uint8_t bgr[3],
                          uint8_t *out_bgr, canteen_cv_error *error);

/* Sharpens as cameras and printers do, then takes every value to (value - 128) * contrast + 128 times the channel's gain. */
int32_t canteen_cv_develop(canteen_cv_image picture, float sharpen, float contrast, const float gain[3],
                           uint8_t *out_bgr, canteen_cv_error *error);

#ifdef __cplusplus
}
#endif
#endif
