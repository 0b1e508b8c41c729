#ifndef CANTEEN_PICTURES_H
#define CANTEEN_PICTURES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* JPEG through libjpeg-turbo, PNG through libpng, orientation through libexif. No other format reaches a decoder. */

#define CANTEEN_PICTURE_OK 0
/* Cut off, damaged, or not a JPEG or PNG. */
#define CANTEEN_PICTURE_UNREADABLE (-1)
#define CANTEEN_PICTURE_DOES_NOT_FIT (-2)
#define CANTEEN_PICTURE_FAILED (-3)

/* What a file says about itself before anything is decoded. */
typedef struct {
  /* Of the picture as it is shown: upright. */
  int64_t width, height;
  /* EXIF orientation of a JPEG, 1 ... 8; 1 is upright. */
  int32_t orientation;
} canteen_picture_header;

/* Walks the whole file, so that one that was cut off is refused here. */
int32_t canteen_picture_read_header(const uint8_t *bytes, size_t count,
                                    canteen_picture_header *header);

/* Decodes into `out_bgr`, which holds header.width * header.height * 3 bytes: 8-bit blue, green, red, upright, rows
   without gaps. What is transparent becomes white. A file of another size is refused; orientation 1 leaves the picture
   as it is stored. */
int32_t canteen_picture_decode(const uint8_t *bytes, size_t count, canteen_picture_header header,
                               uint8_t *out_bgr);

/* Bytes that a JPEG of this size takes at most. */
size_t canteen_picture_most_jpeg_bytes(int32_t width, int32_t height);

/* Encodes `bgr` as JPEG 4:2:0 of `quality` 1 ... 100 into `out`. */
int32_t canteen_picture_encode_jpeg(const uint8_t *bgr, int32_t width, int32_t height,
                                    int32_t quality, uint8_t *out, size_t capacity, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
