#include <algorithm>
#include <cmath>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "alignment.hpp"
#include "guard.hpp"
#include "network.hpp"

using canteen::fail;
using canteen::guarded;
using canteen::view;

struct canteen_cv_classifier {
  cv::dnn::Net net;
};

namespace {

constexpr int kLeastSide = 48, kMostSide = 96;
// Lower frequencies, in cycles per pixel, are the face itself.
constexpr double kLeastFrequency = 0.15;

// The highest power over the mean power of its own band of frequencies. For noise of any colour the ratio
// follows an exponential law, so its highest value among n bins lies near ln n.
double highest_peak(const cv::Mat &signal) {
  const int side = signal.rows;
  cv::Mat window, spectrum;
  cv::createHanningWindow(window, signal.size(), CV_32F);
  cv::dft((signal - cv::mean(signal)[0]).mul(window), spectrum, cv::DFT_COMPLEX_OUTPUT);
  std::vector<cv::Mat> parts;
  cv::split(spectrum, parts);
  const cv::Mat power = parts[0].mul(parts[0]) + parts[1].mul(parts[1]);
  constexpr int kBands = 24;
  std::vector<double> sums(kBands), counts(kBands), peaks(kBands);
  for (int row = 0; row <= side / 2; row++) {
    const float *line = power.ptr<float>(row);
    for (int column = 0; column < side; column++) {
      const double fx = static_cast<double>(column <= side / 2 ? column : column - side) / side;
      const double fy = static_cast<double>(row) / side;
      const double frequency = std::hypot(fx, fy);
      const bool is_level = std::min(std::abs(fx), std::abs(fy)) * side < 2.5;
      if (frequency < kLeastFrequency || frequency >= 0.5 || is_level) continue;
      const auto band = static_cast<size_t>(frequency * 2 * kBands);
      sums[band] += line[column];
      counts[band] += 1;
      peaks[band] = std::max(peaks[band], static_cast<double>(line[column]));
    }
  }
  double highest = 0;
  for (size_t band = 0; band < kBands; band++) {
    // The floor is the power of rounding to whole grey levels.
    const double floor = side * side * 0.375 * 0.375 / 12;
    if (counts[band] < 16) continue;
    const double others = (sums[band] - peaks[band]) / (counts[band] - 1);
    highest = std::max(highest, peaks[band] / std::max(others, floor));
  }
  return highest;
}

cv::Point2d middle(const float points[10]) {
  cv::Point2d sum;
  for (int i = 0; i < 5; i++) sum += cv::Point2d(points[2 * i], points[2 * i + 1]) / 5;
  if (!(std::abs(sum.x) < 1e5 && std::abs(sum.y) < 1e5)) {
    throw std::invalid_argument("the points of the face are not places in a picture");
  }
  return sum;
}

}  // namespace

extern "C" {

int32_t canteen_cv_face_spectrum(canteen_cv_image image, const float points[10],
                                 canteen_cv_spectrum *spectrum, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat whole = view(image);
    const cv::Point2d at = middle(points);
    const double eyes = std::hypot(points[2] - points[0], points[3] - points[1]);
    *spectrum = {};
    const int side = static_cast<int>(std::min<double>(kMostSide, eyes * 1.9)) / 8 * 8;
    if (side < kLeastSide) return CANTEEN_CV_OK;
    const cv::Rect square(cvRound(at.x) - side / 2, cvRound(at.y) - side / 2, side, side);
    if ((square & cv::Rect(0, 0, whole.cols, whole.rows)) != square) return CANTEEN_CV_OK;
    cv::Mat part, grey;
    whole(square).convertTo(part, CV_32F);
    std::vector<cv::Mat> channels;
    cv::split(part, channels);
    cv::cvtColor(part, grey, cv::COLOR_BGR2GRAY);
    spectrum->side = side;
    spectrum->grey_peak = static_cast<float>(highest_peak(grey));
    spectrum->colour_peak = static_cast<float>(highest_peak(channels[2] - channels[0]));
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_face_infrared(canteen_cv_image image, const float points[10],
                                 canteen_cv_infrared *infrared, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat whole = view(image);
    cv::Mat face, blurred;
    const cv::Matx23d move = canteen::alignment(points, canteen::kFaceTemplate);
    cv::warpAffine(whole, face, move, {112, 112}, cv::INTER_LINEAR);
    cv::cvtColor(face, face, cv::COLOR_BGR2GRAY);
    face.convertTo(face, CV_32F);
    cv::GaussianBlur(face, blurred, {0, 0}, 12);
    // Blurred a little, the face keeps its features and loses the sensor's noise.
    cv::GaussianBlur(face, face, {0, 0}, 2);
    cv::Scalar mean, deviation;
    cv::meanStdDev(face - blurred, mean, deviation);
    const cv::Scalar frame = cv::mean(whole);
    infrared->frame_brightness = static_cast<float>((frame[0] + frame[1] + frame[2]) / 3);
    infrared->brightness = static_cast<float>(cv::mean(face)[0]);
    infrared->contrast = static_cast<float>(deviation[0] / std::max(cv::mean(face)[0], 1.0));
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_classifier_make(const char *onnx_file, canteen_cv_classifier **classifier,
                                   canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    *classifier = new canteen_cv_classifier{canteen::network(onnx_file)};
    return CANTEEN_CV_OK;
  });
}

void canteen_cv_classifier_free(canteen_cv_classifier *classifier) { delete classifier; }

int32_t canteen_cv_classify(canteen_cv_classifier *classifier, canteen_cv_image image,
                            const float box[4], canteen_cv_classifier_input input, float *out,
                            int32_t capacity, int32_t *count, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat whole = view(image);
    const double side = std::max(box[2], box[3]) * input.margin;
    const double x = box[0] + box[2] / 2, y = box[1] + box[3] / 2;
    if (!(side >= 1 && side < 1e5 && std::abs(x) < 1e5 && std::abs(y) < 1e5) || input.side < 1) {
      throw std::invalid_argument("the box of the face has no size");
    }
    const double scale = input.side / side;
    const cv::Matx23d move(scale, 0, input.side / 2.0 - x * scale, 0, scale, input.side / 2.0 - y * scale);
    cv::Mat crop;
    cv::warpAffine(whole, crop, move, {input.side, input.side}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    const cv::Scalar mean(input.mean[0], input.mean[1], input.mean[2]);
    classifier->net.setInput(
        cv::dnn::blobFromImage(crop, input.scale, crop.size(), mean, input.takes_rgb != 0));
    const cv::Mat answer = classifier->net.forward();
    if (answer.type() != CV_32F) return fail(error, CANTEEN_CV_FAILED, "the model's answer is not floats");
    *count = static_cast<int32_t>(std::min<size_t>(answer.total(), std::max(capacity, 0)));
    std::copy_n(answer.ptr<float>(), *count, out);
    return CANTEEN_CV_OK;
  });
}

}  // extern "C"
