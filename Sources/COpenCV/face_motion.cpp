#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "alignment.hpp"
#include "guard.hpp"

using canteen::guarded;
using canteen::view;

namespace {

// A patch shows the face and what is around it, upright, with the eyes kEye pixels apart.
constexpr int kSide = 160;
constexpr double kEye = 24, kEyesX = 80, kEyesY = 76;
constexpr int kCell = 12;
constexpr int kFewestCells = 12;
// A cell with less contrast (standard deviation of grey) shows sensor noise.
constexpr double kLeastContrast = 6;
constexpr double kAlike = 0.8, kClearlyMoreAlike = 0.3;
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

// Pixels of the patch that show the frame and not its repeated border.
bool inside(const cv::Matx23d &move, const cv::Size &frame, double x, double y) {
  const double a = move(0, 0), b = move(1, 0), n = a * a + b * b;
  const double u = x - move(0, 2), v = y - move(1, 2);
  const double fx = (a * u + b * v) / n, fy = (a * v - b * u) / n;
  return fx >= 1 && fy >= 1 && fx < frame.width - 2 && fy < frame.height - 2;
}

// A cell of `image` with its middle at x, y, between pixels too.
cv::Mat cell(const cv::Mat &image, double x, double y) {
  cv::Mat out;
  cv::getRectSubPix(image, {kCell, kCell}, cv::Point2f(static_cast<float>(x), static_cast<float>(y)), out);
  return out;
}

double correlation(const cv::Mat &a, const cv::Mat &b) {
  cv::Mat result;
  cv::matchTemplate(a, b, result, cv::TM_CCOEFF_NORMED);
  return result.at<float>(0, 0);
}

// Follows one cell from `earlier` to `later` (Lucas and Kanade, 1981); false when it cannot be followed.
bool follow(const cv::Mat &earlier, const cv::Mat &dx, const cv::Mat &dy, const cv::Mat &later,
            cv::Point2d at, cv::Point2d &shift) {
  const cv::Mat before = cell(earlier, at.x, at.y), gx = cell(dx, at.x, at.y), gy = cell(dy, at.x, at.y);
  const double xx = gx.dot(gx), xy = gx.dot(gy), yy = gy.dot(gy);
  const double determinant = xx * yy - xy * xy, trace = xx + yy;
  const double smaller = trace / 2 - std::sqrt(std::max(0.0, trace * trace / 4 - determinant));
  if (!(smaller > 12.0 * kCell * kCell)) return false;
  for (int round = 0; round < 6; round++) {
    const cv::Mat difference = before - cell(later, at.x + shift.x, at.y + shift.y);
    const double ex = gx.dot(difference), ey = gy.dot(difference);
    const cv::Point2d step((yy * ex - xy * ey) / determinant, (xx * ey - xy * ex) / determinant);
    shift += step;
    if (std::abs(shift.x) > 5 || std::abs(shift.y) > 5) return false;
    if (step.x * step.x + step.y * step.y < 1e-4) break;
  }
  return correlation(cell(later, at.x + shift.x, at.y + shift.y), before) > kAlike;
}

// How far an average face stands out towards the camera, in eye distances; x and y from between the eyes.
double depth(double x, double y) {
  const double round = 1 - x * x / 1.7 - (y - 0.35) * (y - 0.35) / 3.2;
  const double nose = 0.38 * std::exp(-x * x / 0.07 - (y - 0.55) * (y - 0.55) / 0.14);
  return std::sqrt(std::max(0.0, round)) + nose;
}

struct Step {
  double x, y;    // eye distances from between the eyes
  double dx, dy;  // eye distances
  double weight = 1;
};

// Unknowns: six of an affinity, two that make it a homography, yaw and pitch.
using Rows = cv::Matx<double, 2, 10>;

Rows rows(const Step &step) {
  const double x = step.x, y = step.y, d = depth(x, y);
  return {1, x, y, 0, 0, 0, x * x, x * y, d, 0,  //
          0, 0, 0, 1, x, y, x * y, y * y, 0, d};
}

struct Fit {
  cv::Matx<double, 10, 1> values;
  double error = 0;        // standard error of yaw and pitch
  double unexplained = 0;  // root mean square
};

// Least squares; steps far from the fit count less with every round (Tukey's weights).
Fit fit(std::vector<Step> &steps) {
  Fit result;
  for (int round = 0; round < 6; round++) {
    cv::Matx<double, 10, 10> normal = cv::Matx<double, 10, 10>::eye() * 1e-6;
    cv::Matx<double, 10, 1> right;
    for (const auto &step : steps) {
      const Rows row = rows(step);
      normal += (row.t() * row) * step.weight;
      right += row.t() * cv::Vec2d(step.dx, step.dy) * step.weight;
    }
    const auto inverse = normal.inv(cv::DECOMP_CHOLESKY);
    result.values = inverse * right;
    std::vector<double> lengths;
    double sum = 0, weights = 0;
    for (const auto &step : steps) {
      const auto rest = cv::Vec2d(step.dx, step.dy) - cv::Vec2d((rows(step) * result.values).val);
      const double square = rest.dot(rest);
      lengths.push_back(std::sqrt(square));
      sum += square * step.weight;
      weights += step.weight;
    }
    result.unexplained = std::sqrt(sum / std::max(weights, 1e-9));
    const double freedom = std::max(2 * weights - 10, 1.0);
    result.error = std::sqrt(sum / freedom * std::max(inverse(8, 8), inverse(9, 9)));
    std::vector<double> sorted = lengths;
    std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
    const double reach = std::max(4.7 * 1.2 * sorted[sorted.size() / 2], 0.01);
    for (size_t i = 0; i < steps.size(); i++) {
      const double share = lengths[i] / reach;
      steps[i].weight = share < 1 ? (1 - share * share) * (1 - share * share) : 0;
    }
  }
  return result;
}

bool moves_by_itself(double x, double y) {
  const bool eye = std::abs(std::abs(x) - 0.5) < 0.42 && std::abs(y) < 0.32;
  const bool mouth = std::abs(x) < 0.6 && y > 0.95 && y < 1.5;
  return eye || mouth;
}

struct Patches {
  cv::Mat earlier, later;
  // The later frame where the face was earlier.
  cv::Mat stayed;
  cv::Matx23d earlier_move, later_move;
  cv::Size frame;
};

void measure_turn(const Patches &patches, canteen_cv_motion &motion, Fit &found) {
  cv::Mat dx, dy;
  cv::Sobel(patches.earlier, dx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(patches.earlier, dy, CV_32F, 0, 1, 3, 1.0 / 8);
  std::vector<Step> steps;
  for (double y = -0.75; y <= 1.75; y += 0.25) {
    for (double x = -1.0; x <= 1.0; x += 0.25) {
      if (moves_by_itself(x, y)) continue;
      const cv::Point2d at(kEyesX + x * kEye, kEyesY + y * kEye);
      cv::Point2d shift;
      if (!follow(patches.earlier, dx, dy, patches.later, at, shift)) continue;
      steps.push_back({x, y, shift.x / kEye, shift.y / kEye});
    }
  }
  if (steps.size() < kFewestCells) return;
  found = fit(steps);
  const auto &v = found.values;
  constexpr double degrees = 180 / CV_PI;
  motion.face_cells = static_cast<int32_t>(steps.size());
  motion.yaw = static_cast<float>(v(8) * degrees);
  motion.pitch = static_cast<float>(v(9) * degrees);
  motion.turn_error = static_cast<float>(found.error * degrees);
  motion.unexplained = static_cast<float>(found.unexplained);
  const cv::Matx22d linear(1 + v(1), v(2), v(4), 1 + v(5));
  cv::Matx21d axes;
  cv::SVD::compute(linear, axes);
  motion.stretch = axes(1) > 1e-6 ? static_cast<float>(axes(0) / axes(1) - 1) : 0;
}

cv::Point2d explained(const Fit &found, double x, double y) {
  const auto step = rows({x, y, 0, 0}) * found.values;
  return {kEyesX + (x + step(0)) * kEye, kEyesY + (y + step(1)) * kEye};
}

double change(const Patches &patches, const Fit &found, double x, double y) {
  const cv::Mat before = cell(patches.earlier, kEyesX + x * kEye, kEyesY + y * kEye);
  const cv::Point2d now = explained(found, x, y);
  const cv::Mat after = cell(patches.later, now.x, now.y);
  cv::Mat difference;
  cv::absdiff(before - cv::mean(before)[0], after - cv::mean(after)[0], difference);
  return cv::mean(difference)[0];
}

void measure_eyes(const Patches &patches, const Fit &found, canteen_cv_motion &motion) {
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
      // The landmarks place the face to about a pixel, so the cell may lie this much beside its place.
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
    Fit found;
    measure_turn(patches, *motion, found);
    if (motion->face_cells > 0) measure_eyes(patches, found, *motion);
    if (shift >= kLeastShift) {
      patches.stayed = patch(grey, patches.earlier_move);
      measure_around(patches, *motion);
    }
    return CANTEEN_CV_OK;
  });
}
