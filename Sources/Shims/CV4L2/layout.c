#include <errno.h>
#include <libv4l-plugin.h>
#include <libv4lconvert.h>

#include "device.h"

static struct v4l2_format request_for(const canteen_v4l2_device *device, canteen_v4l2_layout wanted) {
  struct v4l2_format format = {.type = device->type};
  if (has_planes(device)) {
    format.fmt.pix_mp.pixelformat = wanted.code;
    format.fmt.pix_mp.width = wanted.width;
    format.fmt.pix_mp.height = wanted.height;
    format.fmt.pix_mp.field = V4L2_FIELD_ANY;
    format.fmt.pix_mp.num_planes = 1;
  } else {
    format.fmt.pix.pixelformat = wanted.code;
    format.fmt.pix.width = wanted.width;
    format.fmt.pix.height = wanted.height;
    format.fmt.pix.field = V4L2_FIELD_ANY;
  }
  return format;
}

static int32_t set(canteen_v4l2_device *device, struct v4l2_format *format, canteen_v4l2_layout *given) {
  canteen_v4l2_stop(device);
  const int32_t status = canteen_v4l2_request(device, VIDIOC_S_FMT, format);
  if (status != 0) return status;
  if (has_planes(device)) {
    const struct v4l2_pix_format_mplane *pix = &format->fmt.pix_mp;
    /* Planes in separate buffers are another layout than the one that was asked for. */
    if (pix->num_planes != 1) return -EINVAL;
    *given = (canteen_v4l2_layout){pix->pixelformat, pix->width, pix->height, pix->plane_fmt[0].bytesperline};
  } else {
    const struct v4l2_pix_format *pix = &format->fmt.pix;
    *given = (canteen_v4l2_layout){pix->pixelformat, pix->width, pix->height, pix->bytesperline};
  }
  return 0;
}

int32_t canteen_v4l2_set_layout(canteen_v4l2_device *device, canteen_v4l2_layout wanted, canteen_v4l2_layout *given) {
  canteen_v4l2_drop_converter(device);
  struct v4l2_format format = request_for(device, wanted);
  return set(device, &format, given);
}

int32_t canteen_v4l2_set_rate(canteen_v4l2_device *device, uint32_t frames_per_second, double *given) {
  struct v4l2_streamparm rate = {.type = device->type};
  rate.parm.capture.timeperframe = (struct v4l2_fract){1, frames_per_second};
  *given = 0;
  const int32_t status = canteen_v4l2_request(device, VIDIOC_S_PARM, &rate);
  if (status != 0) return status;
  const struct v4l2_fract time = rate.parm.capture.timeperframe;
  if (time.numerator > 0) *given = (double)time.denominator / time.numerator;
  return 0;
}

/* libv4lconvert asks the device through us. */

static void *converter_begins(int fd) {
  (void)fd;
  return NULL;
}

static void converter_ends(void *device) { (void)device; }

static int converter_asks(void *device, int fd, unsigned long request, void *argument) {
  (void)fd;
  const int32_t status = canteen_v4l2_request(device, request, argument);
  if (status == 0) return 0;
  errno = -status;
  return -1;
}

static ssize_t converter_reads(void *device, int fd, void *bytes, size_t count) {
  (void)device, (void)fd, (void)bytes, (void)count;
  errno = ENOTSUP;
  return -1;
}

static ssize_t converter_writes(void *device, int fd, const void *bytes, size_t count) {
  (void)device, (void)fd, (void)bytes, (void)count;
  errno = ENOTSUP;
  return -1;
}

static const struct libv4l_dev_ops through_us = {
    .init = converter_begins,
    .close = converter_ends,
    .ioctl = converter_asks,
    .read = converter_reads,
    .write = converter_writes,
};

int32_t canteen_v4l2_set_convertible_layout(canteen_v4l2_device *device, uint32_t width, uint32_t height,
                                            canteen_v4l2_layout *given) {
  canteen_v4l2_drop_converter(device);
  /* libv4lconvert knows only the single-planar interface. */
  if (has_planes(device)) return -ENOTSUP;
  device->converter = v4lconvert_create_with_dev_ops(device->fd, device, &through_us);
  if (device->converter == NULL) return -ENOMEM;
  struct v4l2_format to = request_for(device, (canteen_v4l2_layout){V4L2_PIX_FMT_BGR24, width, height, 0});
  struct v4l2_format from = {.type = device->type};
  if (v4lconvert_try_format(device->converter, &to, &from) != 0 || to.fmt.pix.pixelformat != V4L2_PIX_FMT_BGR24) {
    canteen_v4l2_drop_converter(device);
    return -EINVAL;
  }
  canteen_v4l2_layout set_to;
  const int32_t status = set(device, &from, &set_to);
  if (status != 0) {
    canteen_v4l2_drop_converter(device);
    return status;
  }
  device->converts_from = from;
  device->converts_to = to;
  *given = (canteen_v4l2_layout){from.fmt.pix.pixelformat, to.fmt.pix.width, to.fmt.pix.height, 0};
  return 0;
}

int32_t canteen_v4l2_convert(canteen_v4l2_device *device, const uint8_t *bytes, size_t count, uint8_t *bgr,
                             size_t capacity) {
  if (device->converter == NULL) return -EINVAL;
  const struct v4l2_pix_format *pix = &device->converts_to.fmt.pix;
  const size_t needed = (size_t)pix->width * pix->height * 3;
  if (capacity < needed || capacity > INT32_MAX || count > INT32_MAX) return -EINVAL;
  /* libv4lconvert may work in place: the buffers of such a stream are mapped for writing. */
  const int written = v4lconvert_convert(device->converter, &device->converts_from, &device->converts_to,
                                         (unsigned char *)bytes, (int)count, bgr, (int)capacity);
  return written == (int)needed ? 0 : -EBADMSG;
}

void canteen_v4l2_drop_converter(canteen_v4l2_device *device) {
  if (device->converter != NULL) v4lconvert_destroy(device->converter);
  device->converter = NULL;
}
