#ifndef CANTEEN_V4L2_DEVICE_H
#define CANTEEN_V4L2_DEVICE_H

#include <linux/videodev2.h>

#include "CV4L2.h"

enum { BUFFERS = 4, MOST_RETRIES = 16, NOBODY = -1 };

struct canteen_v4l2_device {
  canteen_v4l2_system system;
  int fd;
  struct v4l2_capability about;
  uint32_t type; /* of its buffers: single-planar or multi-planar */
  struct {
    void *start;
    size_t length;
  } buffers[BUFFERS];
  uint32_t buffer_count;
  bool is_streaming;
  int32_t lent;
  bool has_sequence;
  uint32_t last_sequence;
  struct v4lconvert_data *converter;
  struct v4l2_format converts_from, converts_to;
};

/* An ioctl, repeated when a signal interrupts it, at most MOST_RETRIES times. */
int32_t canteen_v4l2_request(const canteen_v4l2_device *device, unsigned long what, void *with);

void canteen_v4l2_stop(canteen_v4l2_device *device);
void canteen_v4l2_drop_converter(canteen_v4l2_device *device);

static inline bool has_planes(const canteen_v4l2_device *device) {
  return device->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
}

#endif
