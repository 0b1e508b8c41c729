#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

static int32_t linux_open(void *world, const char *path) {
  (void)world;
  const int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int32_t linux_control(void *world, int32_t fd, uint64_t request, void *argument) {
  (void)world;
  return ioctl(fd, request, argument) < 0 ? -errno : 0;
}

static int32_t linux_wait(void *world, int32_t fd, int32_t milliseconds) {
  (void)world;
  struct pollfd wait = {.fd = fd, .events = POLLIN};
  const int ready = poll(&wait, 1, milliseconds);
  return ready < 0 ? -errno : ready == 0 ? 0 : wait.revents;
}

static int64_t linux_now(void *world) {
  (void)world;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

const canteen_v4l2_system canteen_v4l2_linux = {NULL, linux_open, linux_control, linux_wait, linux_now};

int32_t canteen_v4l2_request(const canteen_v4l2_device *device, unsigned long what, void *with) {
  for (int i = 0; i < MOST_RETRIES; i++) {
    const int32_t status = device->system.control(device->system.world, device->fd, what, with);
    if (status != -EINTR) return status;
  }
  return -EINTR;
}

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
    /* What a file or another kind of device says to an ioctl that it does not know. */
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
