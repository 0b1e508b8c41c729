#pragma once

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <opencv2/core.hpp>

#include "COpenCV.h"

namespace canteen {

inline int32_t fail(canteen_cv_error *error, int32_t status, const char *text) {
  if (error != nullptr) std::snprintf(error->text, sizeof error->text, "%s", text);
  return status;
}

// Sets OpenCV's threads to `wanted` unless a number is already set; returns the number in use.
int32_t settle_threads(int32_t wanted);

constexpr int32_t kUsualThreads = 2;

// No C++ exception may pass into C: it would end the process.
template <typename Work>
int32_t guarded(canteen_cv_error *error, Work work) noexcept {
  try {
    settle_threads(kUsualThreads);
    return work();
  } catch (const cv::Exception &exception) {
    return fail(error, CANTEEN_CV_FAILED, exception.err.c_str());
  } catch (const std::exception &exception) {
    return fail(error, CANTEEN_CV_FAILED, exception.what());
  } catch (...) {
    return fail(error, CANTEEN_CV_FAILED, "unknown C++ exception");
  }
}

// A view of the caller's pixels; OpenCV takes no const data, and nothing here writes through it.
inline cv::Mat view(canteen_cv_image image) {
  if (image.pixels == nullptr || image.width <= 0 || image.height <= 0) {
    throw std::invalid_argument("the image is empty");
  }
  return cv::Mat(image.height, image.width, CV_8UC3, const_cast<uint8_t *>(image.pixels));
}

}  // namespace canteen
