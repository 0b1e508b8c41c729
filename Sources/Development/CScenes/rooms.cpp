#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "CScenes.h"
#include "guard.hpp"

using canteen::guarded;
using canteen::view;

extern "C" {

int32_t canteen_cv_draw_room(int32_t width, int32_t height, float blur, uint64_t seed, uint8_t *out_bgr,
                             canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    cv::Mat room(height, width, CV_8UC3, out_bgr);
    cv::RNG random(seed);
    const auto colour = [&](int from, int to) {
      return cv::Scalar(random.uniform(from, to), random.uniform(from, to), random.uniform(from, to));
    };
    room.setTo(colour(110, 220));
    const int things = random.uniform(0, 14);
    for (int i = 0; i < things; i++) {
      const cv::Point at(random.uniform(-40, width), random.uniform(-40, height));
      const cv::Size size(random.uniform(20, width / 2), random.uniform(20, height / 2));
      if (random.uniform(0, 3) > 0) {
        cv::rectangle(room, cv::Rect(at, size), colour(20, 240), cv::FILLED);
        cv::rectangle(room, cv::Rect(at, size), colour(20, 240), random.uniform(1, 6));
      } else {
        cv::ellipse(room, at, size / 2, 0, 0, 360, colour(30, 230), cv::FILLED);
      }
    }
    for (int row = 0; row < height; row++) {
      const double light = 1.08 - 0.25 * row / height;
      room.row(row).convertTo(room.row(row), -1, light);
    }
    if (blur > 0) cv::GaussianBlur(room, room, {0, 0}, blur);
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_framed(canteen_cv_image picture, int32_t border, const uint8_t bgr[3],
                          uint8_t *out_bgr, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat inner = view(picture);
    cv::Mat out(inner.rows + 2 * border, inner.cols + 2 * border, CV_8UC3, out_bgr);
    cv::copyMakeBorder(inner, out, border, border, border, border, cv::BORDER_CONSTANT,
                       cv::Scalar(bgr[0], bgr[1], bgr[2]));
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_develop(canteen_cv_image picture, float sharpen, float contrast, const float gain[3],
                           uint8_t *out_bgr, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat from = view(picture);
    cv::Mat out(from.rows, from.cols, CV_8UC3, out_bgr), values;
    from.convertTo(values, CV_32F);
    if (sharpen > 0) {
      cv::Mat smooth;
      cv::GaussianBlur(values, smooth, {0, 0}, 1.5);
      values += (values - smooth) * sharpen;
    }
    values = (values - cv::Scalar::all(128)) * contrast + cv::Scalar::all(128);
    cv::multiply(values, cv::Scalar(gain[0], gain[1], gain[2]), values);
    values.convertTo(out, CV_8UC3);
    return CANTEEN_CV_OK;
  });
}

}  // extern "C"
