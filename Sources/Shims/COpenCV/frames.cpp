#include <opencv2/imgproc.hpp>

#include "guard.hpp"

using canteen::guarded;
using canteen::view;

extern "C" {

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
