#include <algorithm>
#include <cstring>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "guard.hpp"
#include "picture_header.hpp"

using canteen::fail;
using canteen::guarded;
using canteen::view;

extern "C" {

void canteen_cv_picture_free(canteen_cv_picture *picture) { delete picture; }

int32_t canteen_cv_picture_width(const canteen_cv_picture *picture) { return picture->bgr.cols; }

int32_t canteen_cv_picture_height(const canteen_cv_picture *picture) { return picture->bgr.rows; }

void canteen_cv_picture_copy(const canteen_cv_picture *picture, uint8_t *bgr) {
  const cv::Mat &from = picture->bgr;
  const size_t row = static_cast<size_t>(from.cols) * 3;
  for (int y = 0; y < from.rows; y++) std::memcpy(bgr + row * y, from.ptr(y), row);
}

int32_t canteen_cv_decode(const uint8_t *bytes, size_t count, int64_t most_pixels,
                          canteen_cv_picture **picture, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    // Only these two formats reach a decoder; OpenCV would try a dozen more on bytes from outside.
    const auto header = canteen::read_picture_header(bytes, count);
    if (!header || header->width == 0 || header->height == 0 || count > INT32_MAX) {
      return fail(error, CANTEEN_CV_UNREADABLE, "not a whole JPEG or PNG");
    }
    if (header->width * header->height > most_pixels) {
      return fail(error, CANTEEN_CV_TOO_LARGE, "the picture has too many pixels");
    }
    const cv::Mat input(1, static_cast<int>(count), CV_8UC1, const_cast<uint8_t *>(bytes));
    cv::Mat decoded = cv::imdecode(input, cv::IMREAD_COLOR);
    if (decoded.empty()) return fail(error, CANTEEN_CV_UNREADABLE, "not a picture this program reads");
    *picture = new canteen_cv_picture{decoded};
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_encode_jpeg(canteen_cv_image image, int32_t quality, uint8_t *out,
                               size_t capacity, size_t *count, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    std::vector<uchar> encoded;
    if (!cv::imencode(".jpg", view(image), encoded, {cv::IMWRITE_JPEG_QUALITY, quality})) {
      return fail(error, CANTEEN_CV_FAILED, "the picture was not encoded");
    }
    if (encoded.size() > capacity) {
      return fail(error, CANTEEN_CV_TOO_LARGE, "the encoded picture does not fit");
    }
    std::memcpy(out, encoded.data(), encoded.size());
    *count = encoded.size();
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_resize(canteen_cv_image image, int32_t out_width, int32_t out_height,
                          uint8_t *out_bgr, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    cv::Mat out(out_height, out_width, CV_8UC3, out_bgr);
    const bool shrinks = out_width < image.width;
    cv::resize(view(image), out, out.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_compose(canteen_cv_image background, canteen_cv_image still,
                           canteen_cv_placement placement, uint8_t *out_bgr,
                           canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat behind = view(background);
    cv::Mat frame(behind.rows, behind.cols, CV_8UC3, out_bgr);
    behind.copyTo(frame);
    if (still.pixels != nullptr) {
      const cv::Point2f middle(still.width / 2.0F, still.height / 2.0F);
      cv::Mat move = cv::getRotationMatrix2D(middle, -placement.degrees, placement.scale);
      move.at<double>(0, 2) += placement.centre_x - middle.x;
      move.at<double>(1, 2) += placement.centre_y - middle.y;
      cv::warpAffine(view(still), frame, move, frame.size(), cv::INTER_LINEAR,
                     cv::BORDER_TRANSPARENT);
    }
    if (placement.gain != 1 || placement.offset != 0) {
      frame.convertTo(frame, -1, placement.gain, placement.offset);
    }
    if (placement.noise > 0) {
      cv::RNG random(placement.seed);
      cv::Mat noise(frame.size(), CV_16SC3);
      random.fill(noise, cv::RNG::NORMAL, 0, placement.noise);
      cv::add(frame, noise, frame, cv::noArray(), CV_8UC3);
    }
    return CANTEEN_CV_OK;
  });
}

}  // extern "C"
