#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>

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
