#include <opencv2/imgproc.hpp>

#include "guard.hpp"

using canteen::fail;
using canteen::guarded;

namespace {

// The last row may end where its pixels end.
size_t bytes_of(int rows, size_t row, size_t bytes_per_line) {
  return bytes_per_line * (static_cast<size_t>(rows) - 1) + row;
}

}  // namespace

extern "C" {

int32_t canteen_cv_from_raw(const uint8_t *bytes, size_t count, canteen_cv_layout layout, int32_t width,
                            int32_t height, size_t bytes_per_line, uint8_t *out_bgr, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const auto columns = static_cast<size_t>(width);
    const size_t row = layout == CANTEEN_CV_YUYV ? columns * 2 : columns;
    const int rows = layout == CANTEEN_CV_NV12 ? height + height / 2 : height;
    const bool is_odd = (layout != CANTEEN_CV_GREY && width % 2 != 0) ||
                        (layout == CANTEEN_CV_NV12 && height % 2 != 0);
    if (width <= 0 || height <= 0 || is_odd || bytes_per_line < row || bytes_of(rows, row, bytes_per_line) > count) {
      return fail(error, CANTEEN_CV_UNREADABLE, "the bytes do not fill the picture");
    }
    auto *const first = const_cast<uint8_t *>(bytes);
    cv::Mat out(height, width, CV_8UC3, out_bgr);
    switch (layout) {
      case CANTEEN_CV_YUYV:
        cv::cvtColor(cv::Mat(height, width, CV_8UC2, first, bytes_per_line), out, cv::COLOR_YUV2BGR_YUYV);
        return CANTEEN_CV_OK;
      case CANTEEN_CV_NV12:
        cv::cvtColorTwoPlane(
            cv::Mat(height, width, CV_8UC1, first, bytes_per_line),
            cv::Mat(height / 2, width / 2, CV_8UC2, first + bytes_per_line * height, bytes_per_line), out,
            cv::COLOR_YUV2BGR_NV12);
        return CANTEEN_CV_OK;
      case CANTEEN_CV_GREY:
        cv::cvtColor(cv::Mat(height, width, CV_8UC1, first, bytes_per_line), out, cv::COLOR_GRAY2BGR);
        return CANTEEN_CV_OK;
    }
    return fail(error, CANTEEN_CV_FAILED, "no such layout");
  });
}

}  // extern "C"
