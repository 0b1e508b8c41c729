#define _GNU_SOURCE
#include <errno.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CFaultyCamera.h"

enum { MOST_OFFERS = 8, MOST_CONTROLS = 8, MOST_BUFFERS = 32, MOST_FRAMES = 64, MOST_SETTINGS = 32 };

struct offer {
  uint32_t code, width, height, frames_per_second, padding;
};

struct control {
  uint32_t id, automatic;
  int32_t least, most, value;
};

struct frame {
  uint8_t *bytes;
  size_t count;
  canteen_faulty_frame about;
  int64_t captured;
};

struct failure {
  int32_t code, after, times;
};

struct canteen_faulty_camera {
  pthread_mutex_t lock;
  char name[64];
  uint32_t capabilities;
  struct offer offers[MOST_OFFERS];
  uint32_t offer_count, chosen;
  struct control controls[MOST_CONTROLS];
  uint32_t control_count;
  uint32_t settings[MOST_SETTINGS];
  int32_t setting_count;
  struct failure failures[CANTEEN_CAMERA_REQUESTS];
  uint32_t grants, granted;
  bool queued[MOST_BUFFERS];
  bool is_streaming;
  struct frame frames[MOST_FRAMES];
  uint32_t frame_count;
  int64_t now;
};

static uint32_t bytes_per_pixel(uint32_t code) {
  return code == V4L2_PIX_FMT_GREY || code == V4L2_PIX_FMT_NV12 ? 1 : code == V4L2_PIX_FMT_RGB24 ? 3 : 2;
}

static uint32_t bytes_per_line(const struct offer *offer) {
  return offer->code == V4L2_PIX_FMT_MJPEG ? 0 : offer->width * bytes_per_pixel(offer->code) + offer->padding;
}

static uint32_t buffer_length(const canteen_faulty_camera *camera) {
  const struct offer *offer = &camera->offers[camera->chosen];
  const uint32_t line = bytes_per_line(offer);
  const uint32_t bytes = (line == 0 ? offer->width * 2 : line) * offer->height * 3 / 2;
  return (bytes + 4095) / 4096 * 4096;
}

/* -errno when this request is planned to fail, else 0. */
static int32_t planned(canteen_faulty_camera *camera, canteen_camera_request request) {
  struct failure *failure = &camera->failures[request];
  if (failure->times == 0) return 0;
  if (failure->after > 0) {
    failure->after -= 1;
    return 0;
  }
  failure->times -= 1;
  return -failure->code;
}

static int32_t faulty_open(void *world, const char *path) {
  (void)path;
  canteen_faulty_camera *camera = world;
  pthread_mutex_lock(&camera->lock);
  const int32_t status = planned(camera, CANTEEN_CAMERA_OPEN);
  pthread_mutex_unlock(&camera->lock);
  if (status != 0) return status;
  const int fd = memfd_create(camera->name, MFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int32_t say_formats(const canteen_faulty_camera *camera, struct v4l2_fmtdesc *format) {
  /* Each format once, whatever its sizes. */
  uint32_t index = 0;
  for (uint32_t i = 0; i < camera->offer_count; i++) {
    bool was_before = false;
    for (uint32_t j = 0; j < i; j++) was_before |= camera->offers[j].code == camera->offers[i].code;
    if (was_before || index++ != format->index) continue;
    format->pixelformat = camera->offers[i].code;
    return 0;
  }
  return -EINVAL;
}

static int32_t say_size(const canteen_faulty_camera *camera, struct v4l2_frmsizeenum *size) {
  uint32_t index = 0;
  for (uint32_t i = 0; i < camera->offer_count; i++) {
    if (camera->offers[i].code != size->pixel_format || index++ != size->index) continue;
    size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    size->discrete.width = camera->offers[i].width;
    size->discrete.height = camera->offers[i].height;
    return 0;
  }
  return -EINVAL;
}

static int32_t say_rate(const canteen_faulty_camera *camera, struct v4l2_frmivalenum *rate) {
  for (uint32_t i = 0; i < camera->offer_count; i++) {
    const struct offer *offer = &camera->offers[i];
    if (offer->code != rate->pixel_format || offer->width != rate->width || offer->height != rate->height) continue;
    if (rate->index > 0) return -EINVAL;
    rate->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    rate->discrete = (struct v4l2_fract){1, offer->frames_per_second};
    return 0;
  }
  return -EINVAL;
}

/* Like most drivers: an unknown format becomes the first, an unknown size becomes the first of the format. */
static int32_t choose(canteen_faulty_camera *camera, struct v4l2_format *format, bool keep) {
  if (camera->offer_count == 0) return -EINVAL;
  uint32_t found = 0;
  bool has_format = false;
  for (uint32_t i = 0; i < camera->offer_count; i++) {
    const struct offer *offer = &camera->offers[i];
    if (offer->code != format->fmt.pix.pixelformat) continue;
    if (!has_format) found = i;
    has_format = true;
    if (offer->width == format->fmt.pix.width && offer->height == format->fmt.pix.height) found = i;
  }
  const struct offer *offer = &camera->offers[found];
  format->fmt.pix.pixelformat = offer->code;
  format->fmt.pix.width = offer->width;
  format->fmt.pix.height = offer->height;
  format->fmt.pix.field = V4L2_FIELD_NONE;
  format->fmt.pix.bytesperline = bytes_per_line(offer);
  format->fmt.pix.sizeimage = bytes_per_line(offer) * offer->height;
  if (keep) camera->chosen = found;
  return 0;
}

static struct control *control_with(canteen_faulty_camera *camera, uint32_t id) {
  for (uint32_t i = 0; i < camera->control_count; i++) {
    if (camera->controls[i].id == id) return &camera->controls[i];
  }
  return NULL;
}

static int32_t say_control(canteen_faulty_camera *camera, struct v4l2_queryctrl *about) {
  struct control *control = NULL;
  if (about->id & V4L2_CTRL_FLAG_NEXT_CTRL) {
    const uint32_t after = about->id & ~(uint32_t)V4L2_CTRL_FLAG_NEXT_CTRL;
    for (uint32_t i = 0; i < camera->control_count; i++) {
      struct control *one = &camera->controls[i];
      if (one->id > after && (control == NULL || one->id < control->id)) control = one;
    }
  } else {
    control = control_with(camera, about->id);
  }
  if (control == NULL) return -EINVAL;
  const struct control *automatic = control_with(camera, control->automatic);
  about->id = control->id;
  about->type = V4L2_CTRL_TYPE_INTEGER;
  about->minimum = control->least;
  about->maximum = control->most;
  about->step = 1;
  about->flags = automatic != NULL && automatic->value == 1 ? V4L2_CTRL_FLAG_INACTIVE : 0;
  return 0;
}

static int32_t set_control(canteen_faulty_camera *camera, const struct v4l2_control *wanted) {
  struct control *control = control_with(camera, wanted->id);
  if (control == NULL) return -EINVAL;
  if (wanted->value < control->least || wanted->value > control->most) return -ERANGE;
  control->value = wanted->value;
  if (camera->setting_count < MOST_SETTINGS) camera->settings[camera->setting_count++] = wanted->id;
  return 0;
}

static int32_t grant(canteen_faulty_camera *camera, int fd, struct v4l2_requestbuffers *buffers) {
  if (buffers->count == 0) {
    camera->granted = 0;
    return 0;
  }
  camera->granted = buffers->count = camera->grants;
  memset(camera->queued, 0, sizeof camera->queued);
  return ftruncate(fd, (off_t)buffer_length(camera) * camera->grants) == 0 ? 0 : -errno;
}

static int32_t dequeue(canteen_faulty_camera *camera, int fd, struct v4l2_buffer *buffer) {
  if (camera->frame_count == 0) return -EAGAIN;
  uint32_t index = 0;
  while (index < camera->granted && !camera->queued[index]) index++;
  if (index == camera->granted) return -EAGAIN;
  camera->queued[index] = false;
  struct frame frame = camera->frames[0];
  camera->frame_count -= 1;
  memmove(camera->frames, camera->frames + 1, camera->frame_count * sizeof *camera->frames);
  const ssize_t written = pwrite(fd, frame.bytes, frame.count, (off_t)buffer_length(camera) * index);
  free(frame.bytes);
  if (written < 0) return -errno;
  buffer->index = frame.about.claims_index >= 0 ? (uint32_t)frame.about.claims_index : index;
  buffer->bytesused = frame.about.claims_bytes >= 0 ? (uint32_t)frame.about.claims_bytes : (uint32_t)frame.count;
  buffer->flags = frame.about.flags;
  buffer->sequence = frame.about.sequence;
  buffer->timestamp.tv_sec = frame.captured / 1000000000;
  buffer->timestamp.tv_usec = frame.captured % 1000000000 / 1000;
  return 0;
}

static int32_t queue(canteen_faulty_camera *camera, const struct v4l2_buffer *buffer) {
  if (buffer->index >= camera->granted || camera->queued[buffer->index]) return -EINVAL;
  camera->queued[buffer->index] = true;
  return 0;
}

static int32_t answer(canteen_faulty_camera *camera, int fd, uint64_t request, void *argument) {
  int32_t status = 0;
  switch (request) {
    case VIDIOC_QUERYCAP: {
      struct v4l2_capability *about = argument;
      memset(about, 0, sizeof *about);
      strcpy((char *)about->card, "Faulty Camera");
      strcpy((char *)about->driver, "faulty");
      strcpy((char *)about->bus_info, "usb-test-1");
      about->capabilities = camera->capabilities | V4L2_CAP_DEVICE_CAPS;
      about->device_caps = camera->capabilities;
      return 0;
    }
    case VIDIOC_ENUM_FMT: return say_formats(camera, argument);
    case VIDIOC_ENUM_FRAMESIZES: return say_size(camera, argument);
    case VIDIOC_ENUM_FRAMEINTERVALS: return say_rate(camera, argument);
    case VIDIOC_TRY_FMT: return choose(camera, argument, false);
    case VIDIOC_S_FMT:
      status = planned(camera, CANTEEN_CAMERA_SET_FORMAT);
      return status != 0 ? status : choose(camera, argument, true);
    case VIDIOC_S_PARM: {
      struct v4l2_streamparm *rate = argument;
      rate->parm.capture.timeperframe = (struct v4l2_fract){1, camera->offers[camera->chosen].frames_per_second};
      return 0;
    }
    case VIDIOC_QUERYCTRL: return say_control(camera, argument);
    case VIDIOC_S_CTRL: return set_control(camera, argument);
    case VIDIOC_G_CTRL: {
      struct v4l2_control *control = argument;
      const struct control *found = control_with(camera, control->id);
      if (found == NULL) return -EINVAL;
      control->value = found->value;
      return 0;
    }
    case VIDIOC_REQBUFS:
      status = planned(camera, CANTEEN_CAMERA_REQUEST_BUFFERS);
      return status != 0 ? status : grant(camera, fd, argument);
    case VIDIOC_QUERYBUF: {
      struct v4l2_buffer *buffer = argument;
      if (buffer->index >= camera->granted) return -EINVAL;
      buffer->length = buffer_length(camera);
      buffer->m.offset = buffer_length(camera) * buffer->index;
      return 0;
    }
    case VIDIOC_STREAMON:
      status = planned(camera, CANTEEN_CAMERA_STREAM_ON);
      camera->is_streaming = status == 0;
      return status;
    case VIDIOC_STREAMOFF: camera->is_streaming = false; return 0;
    case VIDIOC_QBUF:
      status = planned(camera, CANTEEN_CAMERA_QUEUE);
      return status != 0 ? status : queue(camera, argument);
    case VIDIOC_DQBUF:
      status = planned(camera, CANTEEN_CAMERA_DEQUEUE);
      return status != 0 ? status : dequeue(camera, fd, argument);
    default: return -ENOTTY;
  }
}

static int32_t faulty_control(void *world, int32_t fd, uint64_t request, void *argument) {
  canteen_faulty_camera *camera = world;
  pthread_mutex_lock(&camera->lock);
  const int32_t status = answer(camera, fd, request, argument);
  pthread_mutex_unlock(&camera->lock);
  return status;
}

static int32_t faulty_wait(void *world, int32_t fd, int32_t milliseconds) {
  (void)fd;
  canteen_faulty_camera *camera = world;
  pthread_mutex_lock(&camera->lock);
  const bool is_ready = camera->frame_count > 0 || camera->failures[CANTEEN_CAMERA_DEQUEUE].times > 0;
  if (!is_ready) camera->now += (int64_t)milliseconds * 1000000;
  pthread_mutex_unlock(&camera->lock);
  return is_ready ? POLLIN : 0;
}

static int64_t faulty_now(void *world) { return canteen_faulty_camera_now(world); }

canteen_faulty_camera *canteen_faulty_camera_make(const char *name) {
  canteen_faulty_camera *camera = calloc(1, sizeof *camera);
  if (camera == NULL) abort();
  pthread_mutex_init(&camera->lock, NULL);
  strncpy(camera->name, name, sizeof camera->name - 1);
  camera->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  camera->grants = 4;
  camera->now = 1000000000000;
  return camera;
}

void canteen_faulty_camera_free(canteen_faulty_camera *camera) {
  for (uint32_t i = 0; i < camera->frame_count; i++) free(camera->frames[i].bytes);
  pthread_mutex_destroy(&camera->lock);
  free(camera);
}

canteen_v4l2_system canteen_faulty_camera_system(canteen_faulty_camera *camera) {
  return (canteen_v4l2_system){camera, faulty_open, faulty_control, faulty_wait, faulty_now};
}

#define LOCKED(camera, work)              \
  do {                                    \
    pthread_mutex_lock(&(camera)->lock);   \
    work;                                 \
    pthread_mutex_unlock(&(camera)->lock); \
  } while (0)

void canteen_faulty_camera_fail(canteen_faulty_camera *camera, canteen_camera_request request, int32_t code,
                                int32_t after, int32_t times) {
  const struct failure failure = {code, after, times};
  LOCKED(camera, camera->failures[request] = failure);
}

void canteen_faulty_camera_set_capabilities(canteen_faulty_camera *camera, uint32_t capabilities) {
  LOCKED(camera, camera->capabilities = capabilities);
}

void canteen_faulty_camera_offer(canteen_faulty_camera *camera, uint32_t code, uint32_t width, uint32_t height,
                                 uint32_t frames_per_second, uint32_t padding) {
  const struct offer offer = {code, width, height, frames_per_second, padding};
  LOCKED(camera, if (camera->offer_count < MOST_OFFERS) camera->offers[camera->offer_count++] = offer);
}

void canteen_faulty_camera_add_control(canteen_faulty_camera *camera, uint32_t id, int32_t least, int32_t most,
                                       int32_t value, uint32_t automatic) {
  const struct control control = {id, automatic, least, most, value};
  LOCKED(camera, if (camera->control_count < MOST_CONTROLS) camera->controls[camera->control_count++] = control);
}

int32_t canteen_faulty_camera_value(canteen_faulty_camera *camera, uint32_t id) {
  int32_t value = INT32_MIN;
  LOCKED(camera, {
    const struct control *control = control_with(camera, id);
    if (control != NULL) value = control->value;
  });
  return value;
}

int32_t canteen_faulty_camera_settings(canteen_faulty_camera *camera, uint32_t *ids, int32_t capacity) {
  int32_t count = 0;
  LOCKED(camera, {
    count = camera->setting_count < capacity ? camera->setting_count : capacity;
    memcpy(ids, camera->settings, (size_t)count * sizeof *ids);
  });
  return count;
}

void canteen_faulty_camera_grant_buffers(canteen_faulty_camera *camera, uint32_t count) {
  LOCKED(camera, camera->grants = count < MOST_BUFFERS ? count : MOST_BUFFERS);
}

void canteen_faulty_camera_send(canteen_faulty_camera *camera, const uint8_t *bytes, size_t count,
                                canteen_faulty_frame about) {
  struct frame frame = {malloc(count + 1), count, about, 0};
  if (frame.bytes == NULL) abort();
  memcpy(frame.bytes, bytes, count);
  pthread_mutex_lock(&camera->lock);
  frame.captured = camera->now - about.age;
  const bool fits = camera->frame_count < MOST_FRAMES;
  if (fits) camera->frames[camera->frame_count++] = frame;
  pthread_mutex_unlock(&camera->lock);
  if (!fits) abort();
}

int64_t canteen_faulty_camera_now(canteen_faulty_camera *camera) {
  int64_t now = 0;
  LOCKED(camera, now = camera->now);
  return now;
}

void canteen_faulty_camera_pass(canteen_faulty_camera *camera, int64_t nanoseconds) {
  LOCKED(camera, camera->now += nanoseconds);
}

bool canteen_faulty_camera_is_streaming(canteen_faulty_camera *camera) {
  bool is_streaming = false;
  LOCKED(camera, is_streaming = camera->is_streaming);
  return is_streaming;
}
