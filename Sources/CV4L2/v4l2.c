#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CV4L2.h"

enum { BUFFERS = 4, MOST_RETRIES = 16, NOBODY = -1 };

struct canteen_v4l2_camera {
  int fd;
  uint32_t fourcc, width, height;
  struct {
    void *start;
    size_t length;
  } buffers[BUFFERS];
  uint32_t buffer_count;
  int32_t lent;
};

/* Signals may interrupt a request; a driver that never stops saying so is given up on. */
static int32_t request(int fd, unsigned long what, void *with) {
  for (int i = 0; i < MOST_RETRIES; i++) {
    if (ioctl(fd, what, with) == 0) return 0;
    if (errno != EINTR) return -errno;
  }
  return -EINTR;
}

static struct v4l2_buffer empty_buffer(uint32_t index) {
  return (struct v4l2_buffer){
      .index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
}

static int32_t check_node(int fd, canteen_v4l2_flaw *flaw) {
  struct v4l2_capability about = {0};
  int32_t status = request(fd, VIDIOC_QUERYCAP, &about);
  if (status != 0) {
    *flaw = CANTEEN_V4L2_NOT_V4L2;
    return status;
  }
  const uint32_t can =
      (about.capabilities & V4L2_CAP_DEVICE_CAPS) ? about.device_caps : about.capabilities;
  if (!(can & V4L2_CAP_VIDEO_CAPTURE)) {
    *flaw = CANTEEN_V4L2_NOT_A_CAPTURE_NODE;
    return -EINVAL;
  }
  if (!(can & V4L2_CAP_STREAMING)) {
    *flaw = CANTEEN_V4L2_NO_STREAMING;
    return -EINVAL;
  }
  return 0;
}

static int32_t negotiate(canteen_v4l2_camera *camera, uint32_t width, uint32_t height, uint32_t fps) {
  const uint32_t wanted[] = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    format.fmt.pix.width = width;
    format.fmt.pix.height = height;
    format.fmt.pix.pixelformat = wanted[i];
    format.fmt.pix.field = V4L2_FIELD_ANY;
    if (request(camera->fd, VIDIOC_S_FMT, &format) != 0) continue;
    if (format.fmt.pix.pixelformat != wanted[i]) continue;
    camera->fourcc = wanted[i];
    camera->width = format.fmt.pix.width;
    camera->height = format.fmt.pix.height;
    struct v4l2_streamparm rate = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    rate.parm.capture.timeperframe = (struct v4l2_fract){1, fps};
    /* A camera with a fixed rate refuses; it then keeps its own. */
    (void)request(camera->fd, VIDIOC_S_PARM, &rate);
    return 0;
  }
  return -EINVAL;
}

static int32_t start(canteen_v4l2_camera *camera) {
  struct v4l2_requestbuffers buffers = {
      .count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  int32_t status = request(camera->fd, VIDIOC_REQBUFS, &buffers);
  if (status != 0) return status;
  if (buffers.count < 2) return -ENOMEM;
  const uint32_t count = buffers.count < BUFFERS ? buffers.count : BUFFERS;
  for (uint32_t i = 0; i < count; i++) {
    struct v4l2_buffer buffer = empty_buffer(i);
    if ((status = request(camera->fd, VIDIOC_QUERYBUF, &buffer)) != 0) return status;
    void *start = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, camera->fd, buffer.m.offset);
    if (start == MAP_FAILED) return -errno;
    camera->buffers[i].start = start;
    camera->buffers[i].length = buffer.length;
    camera->buffer_count = i + 1;
    if ((status = request(camera->fd, VIDIOC_QBUF, &buffer)) != 0) return status;
  }
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  return request(camera->fd, VIDIOC_STREAMON, &type);
}

int32_t canteen_v4l2_open(const char *path, uint32_t width, uint32_t height, uint32_t fps,
                          canteen_v4l2_camera **out, canteen_v4l2_flaw *flaw) {
  *flaw = CANTEEN_V4L2_CANNOT_OPEN;
  const int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -errno;
  canteen_v4l2_camera *camera = calloc(1, sizeof *camera);
  if (camera == NULL) {
    close(fd);
    return -ENOMEM;
  }
  camera->fd = fd;
  camera->lent = NOBODY;
  int32_t status = check_node(fd, flaw);
  if (status == 0) {
    *flaw = CANTEEN_V4L2_NO_USABLE_FORMAT;
    status = negotiate(camera, width, height, fps);
  }
  if (status == 0) {
    *flaw = CANTEEN_V4L2_CANNOT_STREAM;
    status = start(camera);
  }
  if (status != 0) {
    canteen_v4l2_close(camera);
    return status;
  }
  *flaw = CANTEEN_V4L2_NODE_IS_FINE;
  *out = camera;
  return 0;
}

canteen_v4l2_format canteen_v4l2_format_of(const canteen_v4l2_camera *camera) {
  return camera->fourcc == V4L2_PIX_FMT_YUYV ? CANTEEN_V4L2_YUYV : CANTEEN_V4L2_MJPEG;
}

uint32_t canteen_v4l2_width(const canteen_v4l2_camera *camera) { return camera->width; }

uint32_t canteen_v4l2_height(const canteen_v4l2_camera *camera) { return camera->height; }

static int32_t queue(canteen_v4l2_camera *camera, uint32_t index) {
  struct v4l2_buffer buffer = empty_buffer(index);
  return request(camera->fd, VIDIOC_QBUF, &buffer);
}

/* A frame that the driver marks as broken, or that is too short, is as good as none. */
static int is_usable(const canteen_v4l2_camera *camera, const struct v4l2_buffer *buffer) {
  const size_t least = camera->fourcc == V4L2_PIX_FMT_YUYV
                           ? (size_t)camera->width * camera->height * 2
                           : 128;
  return !(buffer->flags & V4L2_BUF_FLAG_ERROR) && buffer->bytesused >= least &&
         buffer->bytesused <= camera->buffers[buffer->index].length;
}

int32_t canteen_v4l2_borrow(canteen_v4l2_camera *camera, int32_t milliseconds,
                            const uint8_t **bytes, size_t *count, uint32_t *skipped) {
  if (camera->lent != NOBODY) return -EBUSY;
  *skipped = 0;
  for (int tries = 0; tries < MOST_RETRIES; tries++) {
    struct pollfd wait = {.fd = camera->fd, .events = POLLIN};
    const int ready = poll(&wait, 1, milliseconds);
    if (ready == 0) return -ETIMEDOUT;
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return -errno;
    if (wait.revents & (POLLERR | POLLHUP | POLLNVAL)) return -ENODEV;
    int32_t newest = NOBODY;
    size_t used = 0;
    for (;;) {
      struct v4l2_buffer buffer = empty_buffer(0);
      const int32_t status = request(camera->fd, VIDIOC_DQBUF, &buffer);
      if (status == -EAGAIN) break;
      if (status != 0) return status;
      if (buffer.index >= camera->buffer_count) return -ERANGE;
      if (!is_usable(camera, &buffer)) {
        if (queue(camera, buffer.index) != 0) return -EIO;
        continue;
      }
      if (newest != NOBODY) {
        *skipped += 1;
        if (queue(camera, (uint32_t)newest) != 0) return -EIO;
      }
      newest = (int32_t)buffer.index;
      used = buffer.bytesused;
    }
    if (newest == NOBODY) continue;
    camera->lent = newest;
    *bytes = camera->buffers[newest].start;
    *count = used;
    return 0;
  }
  return -EIO;
}

int32_t canteen_v4l2_give_back(canteen_v4l2_camera *camera) {
  if (camera->lent == NOBODY) return 0;
  const uint32_t index = (uint32_t)camera->lent;
  camera->lent = NOBODY;
  return queue(camera, index);
}

void canteen_v4l2_close(canteen_v4l2_camera *camera) {
  if (camera == NULL) return;
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  (void)request(camera->fd, VIDIOC_STREAMOFF, &type);
  for (uint32_t i = 0; i < camera->buffer_count; i++) {
    munmap(camera->buffers[i].start, camera->buffers[i].length);
  }
  close(camera->fd);
  free(camera);
}
