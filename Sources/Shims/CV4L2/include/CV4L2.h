#ifndef CANTEEN_V4L2_H
#define CANTEEN_V4L2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One V4L2 node: what it is, what it offers, and its stream through four mapped buffers. It decides nothing: what to
   ask for is the caller's affair. Functions return 0 or -errno. One thread at a time. */
typedef struct canteen_v4l2_device canteen_v4l2_device;

/* The system calls that are used. In tests a fake device takes their place and shows faults that no real one
   can be made to show. All but `now` return -errno on failure. */
typedef struct {
  void *world; /* passed on to each */
  int32_t (*open)(void *world, const char *path);
  int32_t (*control)(void *world, int32_t fd, uint64_t request, void *argument); /* ioctl */
  int32_t (*wait)(void *world, int32_t fd, int32_t milliseconds); /* poll for reading: its revents, 0 on timeout */
  int64_t (*now)(void *world);                                    /* CLOCK_MONOTONIC in nanoseconds */
} canteen_v4l2_system;

/* Linux itself. */
extern const canteen_v4l2_system canteen_v4l2_linux;

/* Opens a node of any kind; the system's `world` must outlive it. -ENOTTY: not a video node. */
int32_t canteen_v4l2_open(const char *path, const canteen_v4l2_system *system, canteen_v4l2_device **device);

/* Stops the stream, unmaps, closes, frees. NULL is allowed. */
void canteen_v4l2_close(canteen_v4l2_device *device);

typedef struct {
  char driver[17], card[33], bus[33];
  uint32_t capabilities; /* V4L2_CAP_… of this node */
  bool captures;
  bool streams;
} canteen_v4l2_identity;

void canteen_v4l2_identify(const canteen_v4l2_device *device, canteen_v4l2_identity *identity);

/* What the node offers, by index from 0; -EINVAL after the last. */

typedef struct {
  uint32_t code;
  char description[33];
} canteen_v4l2_offered_format;

int32_t canteen_v4l2_offered_format_at(canteen_v4l2_device *device, uint32_t index,
                                       canteen_v4l2_offered_format *format);

/* One size when least and most are equal, else all sizes between; a range is its format's only entry. */
typedef struct {
  uint32_t least_width, most_width, width_step;
  uint32_t least_height, most_height, height_step;
} canteen_v4l2_offered_size;

int32_t canteen_v4l2_offered_size_at(canteen_v4l2_device *device, uint32_t code, uint32_t index,
                                     canteen_v4l2_offered_size *size);

/* The highest rate of a range is its only entry. */
int32_t canteen_v4l2_offered_rate_at(canteen_v4l2_device *device, uint32_t code, uint32_t width, uint32_t height,
                                     uint32_t index, double *frames_per_second);

typedef struct {
  uint32_t id;
  char name[33];
  int32_t least, most, step, usual, value;
  bool is_menu, is_inactive, is_read_only;
} canteen_v4l2_control;

/* The control with this number; -EINVAL when there is none. */
int32_t canteen_v4l2_control_with(canteen_v4l2_device *device, uint32_t id, canteen_v4l2_control *control);
/* The number of the first control after `id`, 0 to begin with. */
int32_t canteen_v4l2_control_after(canteen_v4l2_device *device, uint32_t id, uint32_t *next);
/* What a menu calls a value; -EINVAL when it has no such value. */
int32_t canteen_v4l2_choice(canteen_v4l2_device *device, uint32_t id, uint32_t value, char name[33]);
int32_t canteen_v4l2_set_control(canteen_v4l2_device *device, uint32_t id, int32_t value);

/* What the driver gave. */
typedef struct {
  uint32_t code, width, height;
  uint32_t bytes_per_line; /* 0 when the driver does not say */
} canteen_v4l2_layout;

/* Asks for a layout; the driver may give another. -EBUSY: another program streams. */
int32_t canteen_v4l2_set_layout(canteen_v4l2_device *device, canteen_v4l2_layout wanted, canteen_v4l2_layout *given);

/* Asks for a layout that libv4lconvert turns into BGR of the size that comes back in `given`. */
int32_t canteen_v4l2_set_convertible_layout(canteen_v4l2_device *device, uint32_t width, uint32_t height,
                                            canteen_v4l2_layout *given);

/* Turns a borrowed frame into width * height * 3 bytes BGR, after canteen_v4l2_set_convertible_layout.
   -EBADMSG: the frame is broken. */
int32_t canteen_v4l2_convert(canteen_v4l2_device *device, const uint8_t *bytes, size_t count, uint8_t *bgr,
                             size_t capacity);

/* Asks for a rate; `given` is 0 when the driver does not say. */
int32_t canteen_v4l2_set_rate(canteen_v4l2_device *device, uint32_t frames_per_second, double *given);

/* Gets and maps buffers and starts. -EBUSY: another program streams; -ENOBUFS: fewer than two buffers. */
int32_t canteen_v4l2_start(canteen_v4l2_device *device);

typedef struct {
  const uint8_t *bytes; /* in the driver's own buffer */
  size_t count;
  int64_t age;      /* nanoseconds since it was captured; 0 when the driver does not say */
  uint32_t skipped; /* frames since the last one borrowed that nobody took, by the driver's own count too */
  uint32_t broken;  /* frames since then that the driver itself gave up */
} canteen_v4l2_frame;

/* Waits for a frame of at least `least` bytes and lends the newest until canteen_v4l2_give_back.
   -ETIMEDOUT: none yet; `skipped` and `broken` are set then too. -ENODEV: unplugged. -ERANGE: the driver named a
   buffer that does not exist. After any other error, close the device. */
int32_t canteen_v4l2_borrow(canteen_v4l2_device *device, int32_t milliseconds, size_t least,
                            canteen_v4l2_frame *frame);
int32_t canteen_v4l2_give_back(canteen_v4l2_device *device);

#endif
