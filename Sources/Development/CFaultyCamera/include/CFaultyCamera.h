#ifndef CANTEEN_FAULTY_CAMERA_H
#define CANTEEN_FAULTY_CAMERA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CV4L2.h"

/* A V4L2 device with faults that no device here can be made to show. It answers requests as drivers do; its buffers
   are a real file in memory, so that what stays open or mapped shows in /proc. Any thread may call. */
typedef struct canteen_faulty_camera canteen_faulty_camera;

/* `name` is that of its file in memory. */
canteen_faulty_camera *canteen_faulty_camera_make(const char *name);
void canteen_faulty_camera_free(canteen_faulty_camera *camera);

/* Devices are asked through this. */
canteen_v4l2_system canteen_faulty_camera_system(canteen_faulty_camera *camera);

typedef enum {
  CANTEEN_CAMERA_OPEN,
  CANTEEN_CAMERA_SET_FORMAT,
  CANTEEN_CAMERA_REQUEST_BUFFERS,
  CANTEEN_CAMERA_STREAM_ON,
  CANTEEN_CAMERA_DEQUEUE,
  CANTEEN_CAMERA_QUEUE,
  CANTEEN_CAMERA_REQUESTS,
} canteen_camera_request;

/* After so many more requests of this kind, so many fail with this errno. */
void canteen_faulty_camera_fail(canteen_faulty_camera *camera, canteen_camera_request request, int32_t code,
                                int32_t after, int32_t times);

/* V4L2_CAP_… of the node. */
void canteen_faulty_camera_set_capabilities(canteen_faulty_camera *camera, uint32_t capabilities);

/* One size of one format, at most eight; rows have `padding` more bytes than their pixels. */
void canteen_faulty_camera_offer(canteen_faulty_camera *camera, uint32_t code, uint32_t width, uint32_t height,
                                 uint32_t frames_per_second, uint32_t padding);

/* At most eight controls. `automatic` is the control that overrides this one while it is 1; 0 for none. */
void canteen_faulty_camera_add_control(canteen_faulty_camera *camera, uint32_t id, int32_t least, int32_t most,
                                       int32_t value, uint32_t automatic);
int32_t canteen_faulty_camera_value(canteen_faulty_camera *camera, uint32_t id);
/* The numbers of the controls that were set, in order; how many there are. */
int32_t canteen_faulty_camera_settings(canteen_faulty_camera *camera, uint32_t *ids, int32_t capacity);

void canteen_faulty_camera_grant_buffers(canteen_faulty_camera *camera, uint32_t count);

typedef struct {
  uint32_t sequence;
  uint32_t flags;       /* of the buffer */
  int64_t age;          /* nanoseconds; how long ago it was captured */
  int32_t claims_bytes; /* said to be used; -1: as many as there are */
  int32_t claims_index; /* of the buffer; -1: the true one */
} canteen_faulty_frame;

/* Has a frame ready, at most 64. */
void canteen_faulty_camera_send(canteen_faulty_camera *camera, const uint8_t *bytes, size_t count,
                                canteen_faulty_frame frame);

/* Its own clock in nanoseconds: a wait that times out advances this clock, and no real time passes. */
int64_t canteen_faulty_camera_now(canteen_faulty_camera *camera);
void canteen_faulty_camera_pass(canteen_faulty_camera *camera, int64_t nanoseconds);

bool canteen_faulty_camera_is_streaming(canteen_faulty_camera *camera);

#endif
