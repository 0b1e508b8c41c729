#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"

static uint32_t capabilities(const canteen_v4l2_device *device) {
  const struct v4l2_capability *about = &device->about;
  return about->capabilities & V4L2_CAP_DEVICE_CAPS ? about->device_caps : about->capabilities;
}

int32_t canteen_v4l2_open(const char *path, const canteen_v4l2_system *system, canteen_v4l2_device **out) {
  const int32_t fd = system->open(system->world, path);
  if (fd < 0) return fd;
  canteen_v4l2_device *device = calloc(1, sizeof *device);
  if (device == NULL) {
    close(fd);
    return -ENOMEM;
  }
  device->system = *system;
  device->fd = fd;
  device->lent = NOBODY;
  const int32_t status = canteen_v4l2_request(device, VIDIOC_QUERYCAP, &device->about);
  if (status != 0) {
    canteen_v4l2_close(device);
    /* A file or another kind of device says EINVAL to an ioctl that it does not know. */
    return status == -EINVAL ? -ENOTTY : status;
  }
  device->type = capabilities(device) & V4L2_CAP_VIDEO_CAPTURE ? V4L2_BUF_TYPE_VIDEO_CAPTURE
                                                               : V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  *out = device;
  return 0;
}

void canteen_v4l2_close(canteen_v4l2_device *device) {
  if (device == NULL) return;
  canteen_v4l2_stop(device);
  canteen_v4l2_drop_converter(device);
  close(device->fd);
  free(device);
}

/* The kernel's names may fill their field to the last byte; ours is one longer. */
static void copy_name(char *to, const uint8_t *from, size_t field) {
  memset(to, 0, field + 1);
  memcpy(to, from, strnlen((const char *)from, field));
}

void canteen_v4l2_identify(const canteen_v4l2_device *device, canteen_v4l2_identity *identity) {
  copy_name(identity->driver, device->about.driver, sizeof device->about.driver);
  copy_name(identity->card, device->about.card, sizeof device->about.card);
  copy_name(identity->bus, device->about.bus_info, sizeof device->about.bus_info);
  const uint32_t can = capabilities(device);
  identity->capabilities = can;
  identity->captures = can & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE);
  identity->streams = can & V4L2_CAP_STREAMING;
}
