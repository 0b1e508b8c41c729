#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "alignment.hpp"
#include "guard.hpp"
#include "head_turn.hpp"

using canteen::explained;
using canteen::guarded;
using canteen::kEye;
using canteen::kEyesX;
using canteen::kEyesY;
using canteen::kSide;
using canteen::Turn;
using canteen::view;

namespace {

constexpr int kCell = 12;
// A cell with less contrast (standard deviation of grey) shows sensor noise.
constexpr double kLeastContrast = 6;
constexpr double kAlike = 0.8, kClearlyMoreAlike = 0.3;
// Correlation from which a face was followed; sensor noise takes much of the rest.
constexpr double kFollowed = 0.6;
// Less than this much motion, in patch pixels, does not tell what stayed from what went.
constexpr double kLeastShift = 4;

std::array<double, 10> patch_template() {
  const auto &t = canteen::kFaceTemplate;
  const double scale = kEye / (t[2] - t[0]);
  const double x = (t[0] + t[2]) / 2, y = (t[1] + t[3]) / 2;
  std::array<double, 10> points{};
  for (size_t i = 0; i < 5; i++) {
    points[2 * i] = (t[2 * i] - x) * scale + kEyesX;
    points[2 * i + 1] = (t[2 * i + 1] - y) * scale + kEyesY;
  }
  return points;
}

cv::Mat patch(const cv::Mat &grey, const cv::Matx23d &move) {
  cv::Mat out;
  cv::warpAffine(grey, out, move, {kSide, kSide}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::GaussianBlur(out, out, {3, 3}, 0.8);
  out.convertTo(out, CV_32F);
  return out;
}

// Whether the patch shows the frame at x, y and not its repeated border.
bool inside(const cv::Matx23d &move, const cv::Size &frame, double x, double y) {
  const double a = move(0, 0), b = move(1, 0), n = a * a + b * b;
  const double u = x - move(0, 2), v = y - move(1, 2);
  const double fx = (a * u + b * v) / n, fy = (a * v - b * u) / n;
  return fx >= 1 && fy >= 1 && fx < frame.width - 2 && fy < frame.height - 2;
}

// A cell of `image` with its middle at x, y, which may lie between pixels.
cv::Mat cell(const cv::Mat &image, double x, double y) {
  cv::Mat out;
  cv::getRectSubPix(image, {kCell, kCell}, cv::Point2f(static_cast<float>(x), static_cast<float>(y)), out);
  return out;
}

struct Patches {
  cv::Mat earlier, later;
  // The later frame where the face was earlier.
  cv::Mat stayed;
  cv::Matx23d earlier_move, later_move;
  cv::Size frame;
};

void measure_turn(const Patches &patches, canteen_cv_motion &motion, Turn &found) {
  found = canteen::find_turn(patches.earlier, patches.later);
  motion.correlation = std::isfinite(found.correlation) ? static_cast<float>(found.correlation) : 0;
  if (!(motion.correlation >= kFollowed)) return;
  const auto &v = found.values;
  constexpr double degrees = 180 / CV_PI;
  motion.yaw = static_cast<float>(v(8) * degrees);
  motion.pitch = static_cast<float>(v(9) * degrees);
  motion.turn_error = static_cast<float>(found.error * degrees);
  const cv::Matx22d linear(1 + v(1), v(2), v(4), 1 + v(5));
  cv::Matx21d axes;
  cv::SVD::compute(linear, axes);
  motion.stretch = axes(1) > 1e-6 ? static_cast<float>(axes(0) / axes(1) - 1) : 0;
  motion.followed = 1;
}

double change(const Patches &patches, const Turn &found, double x, double y) {
  const cv::Mat before = cell(patches.earlier, kEyesX + x * kEye, kEyesY + y * kEye);
  const cv::Point2d now = explained(found, x, y);
  const cv::Mat after = cell(patches.later, now.x, now.y);
  cv::Mat difference;
  cv::absdiff(before - cv::mean(before)[0], after - cv::mean(after)[0], difference);
  return cv::mean(difference)[0];
}

void measure_eyes(const Patches &patches, const Turn &found, canteen_cv_motion &motion) {
  const double eyes = (change(patches, found, -0.5, 0) + change(patches, found, 0.5, 0)) / 2;
  const double skin = (change(patches, found, -0.55, 0.6) + change(patches, found, 0.55, 0.6) +
                       change(patches, found, 0, 0.2) + change(patches, found, 0, -0.6)) / 4;
  motion.eye_change = static_cast<float>(eyes / std::max(skin, 1.0));
}

// Beside the head from the forehead to the mouth, and above it: farther out than hair usually reaches.
void measure_around(const Patches &patches, canteen_cv_motion &motion) {
  const cv::Matx23d &from = patches.earlier_move, &to = patches.later_move;
  for (double y = -2.8; y <= 1.2; y += 0.5) {
    for (double x = -2.9; x <= 2.9; x += 0.5) {
      if (std::abs(x) < 1.8 && y > -2.4) continue;
      const double px = kEyesX + x * kEye, py = kEyesY + y * kEye;
      bool visible = true;
      for (const double side : {-8.0, 8.0}) {
        visible = visible && inside(from, patches.frame, px + side, py + side) &&
                  inside(to, patches.frame, px + side, py + side);
      }
      if (!visible) continue;
      const cv::Mat before = cell(patches.earlier, px, py);
      cv::Scalar mean, deviation;
      cv::meanStdDev(before, mean, deviation);
      if (deviation[0] < kLeastContrast) continue;
      // The landmarks place the face to about a pixel, so the cell may be off by the 3 pixels searched around
      // it.
      const cv::Rect near(cvRound(px) - kCell / 2 - 3, cvRound(py) - kCell / 2 - 3, kCell + 6, kCell + 6);
      const cv::Rect whole(0, 0, kSide, kSide);
      cv::Mat scores;
      double went = 0, stayed = 0;
      cv::matchTemplate(patches.later(near & whole), before, scores, cv::TM_CCOEFF_NORMED);
      cv::minMaxLoc(scores, nullptr, &went);
      const cv::Rect here(cvRound(px) - kCell / 2 - 1, cvRound(py) - kCell / 2 - 1, kCell + 2, kCell + 2);
      cv::matchTemplate(patches.stayed(here & whole), before, scores, cv::TM_CCOEFF_NORMED);
      cv::minMaxLoc(scores, nullptr, &stayed);
      motion.around++;
      if (went > kAlike && went > stayed + kClearlyMoreAlike) motion.around_went++;
      if (stayed > kAlike && stayed > went + kClearlyMoreAlike) motion.around_stayed++;
      if (went < kAlike && stayed < kAlike) motion.around_lost++;
    }
  }
}

}  // namespace

extern "C" int32_t canteen_cv_face_motion(canteen_cv_image earlier, const float earlier_points[10],
                                          canteen_cv_image later, const float later_points[10],
                                          canteen_cv_motion *motion, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat first = view(earlier), second = view(later);
    if (first.size() != second.size()) throw std::invalid_argument("the two frames differ in size");
    const auto target = patch_template();
    Patches patches;
    patches.earlier_move = canteen::alignment(earlier_points, target);
    patches.later_move = canteen::alignment(later_points, target);
    patches.frame = first.size();
    cv::Mat grey;
    cv::cvtColor(first, grey, cv::COLOR_BGR2GRAY);
    patches.earlier = patch(grey, patches.earlier_move);
    cv::cvtColor(second, grey, cv::COLOR_BGR2GRAY);
    patches.later = patch(grey, patches.later_move);
    *motion = {};
    double x = 0, y = 0;
    for (int i = 0; i < 5; i++) {
      x += (later_points[2 * i] - earlier_points[2 * i]) / 5.0;
      y += (later_points[2 * i + 1] - earlier_points[2 * i + 1]) / 5.0;
    }
    const double pixels_per_frame_pixel = std::hypot(patches.earlier_move(0, 0), patches.earlier_move(1, 0));
    const double shift = std::hypot(x, y) * pixels_per_frame_pixel;
    motion->moved = static_cast<float>(shift / kEye);
    Turn found;
    measure_turn(patches, *motion, found);
    if (motion->followed != 0) measure_eyes(patches, found, *motion);
    if (shift >= kLeastShift) {
      patches.stayed = patch(grey, patches.earlier_move);
      measure_around(patches, *motion);
    }
    return CANTEEN_CV_OK;
  });
}
