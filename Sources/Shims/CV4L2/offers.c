#include <errno.h>
#include <string.h>

#include "device.h"

int32_t canteen_v4l2_offered_format_at(canteen_v4l2_device *device, uint32_t index,
                                       canteen_v4l2_offered_format *format) {
  struct v4l2_fmtdesc offer = {.index = index, .type = device->type};
  const int32_t status = canteen_v4l2_request(device, VIDIOC_ENUM_FMT, &offer);
  if (status != 0) return status;
  *format = (canteen_v4l2_offered_format){.code = offer.pixelformat};
  memcpy(format->description, offer.description, strnlen((const char *)offer.description, 32));
  return 0;
}

int32_t canteen_v4l2_offered_size_at(canteen_v4l2_device *device, uint32_t code, uint32_t index,
                                     canteen_v4l2_offered_size *size) {
  struct v4l2_frmsizeenum offer = {.index = index, .pixel_format = code};
  const int32_t status = canteen_v4l2_request(device, VIDIOC_ENUM_FRAMESIZES, &offer);
  if (status != 0) return status;
  if (offer.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
    const uint32_t width = offer.discrete.width, height = offer.discrete.height;
    *size = (canteen_v4l2_offered_size){width, width, 1, height, height, 1};
    return 0;
  }
  /* A range has no second entry, but not every driver says so. */
  if (index > 0) return -EINVAL;
  *size = (canteen_v4l2_offered_size){
      offer.stepwise.min_width,  offer.stepwise.max_width,  offer.stepwise.step_width,
      offer.stepwise.min_height, offer.stepwise.max_height, offer.stepwise.step_height};
  return 0;
}

int32_t canteen_v4l2_offered_rate_at(canteen_v4l2_device *device, uint32_t code, uint32_t width, uint32_t height,
                                     uint32_t index, double *frames_per_second) {
  struct v4l2_frmivalenum offer = {.index = index, .pixel_format = code, .width = width, .height = height};
  const int32_t status = canteen_v4l2_request(device, VIDIOC_ENUM_FRAMEINTERVALS, &offer);
  if (status != 0) return status;
  const bool is_range = offer.type != V4L2_FRMIVAL_TYPE_DISCRETE;
  if (is_range && index > 0) return -EINVAL;
  const struct v4l2_fract time = is_range ? offer.stepwise.min : offer.discrete;
  *frames_per_second = time.numerator == 0 ? 0 : (double)time.denominator / time.numerator;
  return 0;
}

int32_t canteen_v4l2_control_after(canteen_v4l2_device *device, uint32_t id, uint32_t *next) {
  struct v4l2_queryctrl offer = {.id = id | V4L2_CTRL_FLAG_NEXT_CTRL};
  const int32_t status = canteen_v4l2_request(device, VIDIOC_QUERYCTRL, &offer);
  if (status != 0) return status;
  /* With a driver that counts backwards, the list would never end. */
  if (offer.id <= id) return -EINVAL;
  *next = offer.id;
  return 0;
}

int32_t canteen_v4l2_control_with(canteen_v4l2_device *device, uint32_t id, canteen_v4l2_control *control) {
  struct v4l2_queryctrl offer = {.id = id};
  const int32_t status = canteen_v4l2_request(device, VIDIOC_QUERYCTRL, &offer);
  if (status != 0) return status;
  const bool is_settable = offer.type == V4L2_CTRL_TYPE_INTEGER || offer.type == V4L2_CTRL_TYPE_BOOLEAN ||
                           offer.type == V4L2_CTRL_TYPE_MENU || offer.type == V4L2_CTRL_TYPE_INTEGER_MENU;
  if (!is_settable || offer.flags & V4L2_CTRL_FLAG_DISABLED) return -EINVAL;
  struct v4l2_control now = {.id = id, .value = offer.default_value};
  if (!(offer.flags & V4L2_CTRL_FLAG_WRITE_ONLY)) (void)canteen_v4l2_request(device, VIDIOC_G_CTRL, &now);
  *control = (canteen_v4l2_control){
      .id = offer.id,
      .least = offer.minimum,
      .most = offer.maximum,
      .step = offer.step,
      .usual = offer.default_value,
      .value = now.value,
      .is_menu = offer.type == V4L2_CTRL_TYPE_MENU,
      .is_inactive = offer.flags & V4L2_CTRL_FLAG_INACTIVE,
      .is_read_only = offer.flags & V4L2_CTRL_FLAG_READ_ONLY,
  };
  memcpy(control->name, offer.name, strnlen((const char *)offer.name, 32));
  return 0;
}

int32_t canteen_v4l2_choice(canteen_v4l2_device *device, uint32_t id, uint32_t value, char name[33]) {
  struct v4l2_querymenu choice = {.id = id, .index = value};
  const int32_t status = canteen_v4l2_request(device, VIDIOC_QUERYMENU, &choice);
  if (status != 0) return status;
  memset(name, 0, 33);
  memcpy(name, choice.name, strnlen((const char *)choice.name, 32));
  return 0;
}

int32_t canteen_v4l2_set_control(canteen_v4l2_device *device, uint32_t id, int32_t value) {
  struct v4l2_control control = {.id = id, .value = value};
  return canteen_v4l2_request(device, VIDIOC_S_CTRL, &control);
}
