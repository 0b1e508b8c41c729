#ifndef CANTEEN_V4L2_H
#define CANTEEN_V4L2_H

#include <stddef.h>
#include <stdint.h>

/* One V4L2 camera, streaming through four mapped buffers. Functions return 0 or -errno. */
typedef struct canteen_v4l2_camera canteen_v4l2_camera;

typedef enum {
  CANTEEN_V4L2_YUYV = 1,
  CANTEEN_V4L2_MJPEG = 2,
} canteen_v4l2_format;

/* Why a node is not a camera this program can use; said by canteen_v4l2_open. */
typedef enum {
  CANTEEN_V4L2_NODE_IS_FINE = 0,
  CANTEEN_V4L2_CANNOT_OPEN,
  CANTEEN_V4L2_NOT_V4L2,
  CANTEEN_V4L2_NOT_A_CAPTURE_NODE,
  CANTEEN_V4L2_NO_STREAMING,
  CANTEEN_V4L2_NO_USABLE_FORMAT,
  CANTEEN_V4L2_CANNOT_STREAM,
} canteen_v4l2_flaw;

/* Opens the node, negotiates YUYV or else MJPEG near the wanted size, and starts the stream. */
int32_t canteen_v4l2_open(const char *path, uint32_t width, uint32_t height, uint32_t fps,
                          canteen_v4l2_camera **camera, canteen_v4l2_flaw *flaw);

canteen_v4l2_format canteen_v4l2_format_of(const canteen_v4l2_camera *camera);
uint32_t canteen_v4l2_width(const canteen_v4l2_camera *camera);
uint32_t canteen_v4l2_height(const canteen_v4l2_camera *camera);

/* Waits for a frame and lends the newest one until canteen_v4l2_give_back; older ones are counted.
   -ETIMEDOUT after `milliseconds`, -ENODEV when the camera was unplugged. */
int32_t canteen_v4l2_borrow(canteen_v4l2_camera *camera, int32_t milliseconds,
                            const uint8_t **bytes, size_t *count, uint32_t *skipped);
int32_t canteen_v4l2_give_back(canteen_v4l2_camera *camera);

/* Stops the stream, unmaps and closes. NULL is allowed. */
void canteen_v4l2_close(canteen_v4l2_camera *camera);

#endif
