#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>

#include "device.h"

/* When every buffer is full, a frame older than this dates from when the reader last came: the driver had no
   buffer for newer ones. A slow camera's frames may be as old when they come, but never fill every buffer. */
static const int64_t stale_after = 100000000;
/* An older stamp comes from a clock that is not set. */
static const int64_t oldest_stamp = 60LL * 1000000000;
/* A longer gap between two numbers comes from a driver that counts in its own way. */
static const uint32_t longest_gap = 10000;

struct slot {
  struct v4l2_buffer buffer;
  struct v4l2_plane plane;
};

/* The buffer points into the slot: it must not be copied. */
static void prepare(const canteen_v4l2_device *device, struct slot *slot, uint32_t index) {
  memset(slot, 0, sizeof *slot);
  slot->buffer.index = index;
  slot->buffer.type = device->type;
  slot->buffer.memory = V4L2_MEMORY_MMAP;
  if (has_planes(device)) {
    slot->buffer.m.planes = &slot->plane;
    slot->buffer.length = 1;
  }
}

static int32_t map(canteen_v4l2_device *device, uint32_t index) {
  struct slot slot;
  prepare(device, &slot, index);
  const int32_t status = canteen_v4l2_request(device, VIDIOC_QUERYBUF, &slot.buffer);
  if (status != 0) return status;
  const size_t length = has_planes(device) ? slot.plane.length : slot.buffer.length;
  const off_t offset = has_planes(device) ? slot.plane.m.mem_offset : slot.buffer.m.offset;
  const int protection = device->converter != NULL ? PROT_READ | PROT_WRITE : PROT_READ;
  void *start = mmap(NULL, length, protection, MAP_SHARED, device->fd, offset);
  if (start == MAP_FAILED) return -errno;
  device->buffers[index].start = start;
  device->buffers[index].length = length;
  device->buffer_count = index + 1;
  return 0;
}

static int32_t queue(canteen_v4l2_device *device, uint32_t index) {
  struct slot slot;
  prepare(device, &slot, index);
  return canteen_v4l2_request(device, VIDIOC_QBUF, &slot.buffer);
}

static int32_t begin(canteen_v4l2_device *device) {
  struct v4l2_requestbuffers buffers = {.count = BUFFERS, .type = device->type, .memory = V4L2_MEMORY_MMAP};
  int32_t status = canteen_v4l2_request(device, VIDIOC_REQBUFS, &buffers);
  if (status != 0) return status;
  if (buffers.count < 2) return -ENOBUFS;
  const uint32_t count = buffers.count < BUFFERS ? buffers.count : BUFFERS;
  for (uint32_t i = 0; i < count; i++) {
    if ((status = map(device, i)) != 0) return status;
    if ((status = queue(device, i)) != 0) return status;
  }
  int type = (int)device->type;
  return canteen_v4l2_request(device, VIDIOC_STREAMON, &type);
}

int32_t canteen_v4l2_start(canteen_v4l2_device *device) {
  if (device->is_streaming) return -EBUSY;
  device->is_streaming = true;
  device->has_sequence = false;
  const int32_t status = begin(device);
  if (status != 0) canteen_v4l2_stop(device);
  return status;
}

/* Ignores what the device answers: it may be gone. */
void canteen_v4l2_stop(canteen_v4l2_device *device) {
  if (!device->is_streaming) return;
  device->is_streaming = false;
  device->lent = NOBODY;
  int type = (int)device->type;
  (void)canteen_v4l2_request(device, VIDIOC_STREAMOFF, &type);
  for (uint32_t i = 0; i < device->buffer_count; i++) munmap(device->buffers[i].start, device->buffers[i].length);
  device->buffer_count = 0;
  struct v4l2_requestbuffers none = {.count = 0, .type = device->type, .memory = V4L2_MEMORY_MMAP};
  (void)canteen_v4l2_request(device, VIDIOC_REQBUFS, &none);
}

static int64_t age_of(const canteen_v4l2_device *device, const struct v4l2_buffer *buffer) {
  if ((buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) return 0;
  const int64_t stamp = (int64_t)buffer->timestamp.tv_sec * 1000000000 + (int64_t)buffer->timestamp.tv_usec * 1000;
  const int64_t age = device->system.now(device->system.world) - stamp;
  return age >= 0 && age <= oldest_stamp ? age : 0;
}

/* Frames that the driver numbered since the last one and that never came here. */
static uint32_t missed(canteen_v4l2_device *device, uint32_t sequence) {
  const uint32_t gap = sequence - device->last_sequence - 1;
  const bool counts = device->has_sequence && gap < longest_gap;
  device->has_sequence = true;
  device->last_sequence = sequence;
  return counts ? gap : 0;
}

/* Takes every frame that is there and keeps the newest. -EAGAIN when there was none. */
static int32_t drain(canteen_v4l2_device *device, size_t least, canteen_v4l2_frame *frame, uint32_t *taken) {
  /* Bounded, because a driver may always have one more. */
  for (*taken = 0; *taken < 2 * BUFFERS; *taken += 1) {
    struct slot slot;
    prepare(device, &slot, 0);
    const int32_t status = canteen_v4l2_request(device, VIDIOC_DQBUF, &slot.buffer);
    if (status == -EAGAIN) return *taken > 0 ? 0 : -EAGAIN;
    if (status != 0) return status;
    const uint32_t index = slot.buffer.index;
    if (index >= device->buffer_count || (int32_t)index == device->lent) return -ERANGE;
    const size_t count = has_planes(device) ? slot.plane.bytesused : slot.buffer.bytesused;
    frame->skipped += missed(device, slot.buffer.sequence);
    if (slot.buffer.flags & V4L2_BUF_FLAG_ERROR || count < least || count > device->buffers[index].length) {
      frame->broken += 1;
      if (queue(device, index) != 0) return -EIO;
      continue;
    }
    if (device->lent != NOBODY) {
      frame->skipped += 1;
      if (queue(device, (uint32_t)device->lent) != 0) return -EIO;
    }
    device->lent = (int32_t)index;
    frame->bytes = device->buffers[index].start;
    frame->count = count;
    frame->age = age_of(device, &slot.buffer);
  }
  return 0;
}

int32_t canteen_v4l2_borrow(canteen_v4l2_device *device, int32_t milliseconds, size_t least,
                            canteen_v4l2_frame *frame) {
  *frame = (canteen_v4l2_frame){0};
  if (!device->is_streaming || device->lent != NOBODY) return -EINVAL;
  bool may_be_stale = true;
  for (int tries = 0; tries < MOST_RETRIES; tries++) {
    const int32_t ready = device->system.wait(device->system.world, device->fd, milliseconds);
    if (ready == -EINTR) continue;
    if (ready == 0) return -ETIMEDOUT;
    if (ready < 0) return ready;
    /* A stream without a queued buffer reports POLLERR too; DQBUF tells the two cases apart. */
    if (ready & (POLLHUP | POLLNVAL)) return -ENODEV;
    uint32_t taken;
    const int32_t status = drain(device, least, frame, &taken);
    if (status == -EAGAIN && ready & POLLERR) return -ENODEV;
    if (status != 0 && status != -EAGAIN) return status;
    if (device->lent == NOBODY) continue;
    if (!may_be_stale || taken < device->buffer_count || frame->age <= stale_after) return 0;
    may_be_stale = false;
    frame->skipped += 1;
    const int32_t given_back = canteen_v4l2_give_back(device);
    if (given_back != 0) return given_back;
  }
  return -ETIMEDOUT;
}

int32_t canteen_v4l2_give_back(canteen_v4l2_device *device) {
  if (device->lent == NOBODY) return 0;
  const uint32_t index = (uint32_t)device->lent;
  device->lent = NOBODY;
  return queue(device, index);
}
