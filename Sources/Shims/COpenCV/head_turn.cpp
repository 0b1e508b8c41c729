#include "head_turn.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace canteen {

namespace {

// How far an average face stands out towards the camera, in eye distances; x and y from between the eyes.
double depth(double x, double y) {
  const double round = 1 - x * x / 1.7 - (y - 0.35) * (y - 0.35) / 3.2;
  const double nose = 0.38 * std::exp(-x * x / 0.07 - (y - 0.55) * (y - 0.55) / 0.14);
  return std::sqrt(std::max(0.0, round)) + nose;
}

// How far one unit of each unknown moves a place x, y.
using Rows = cv::Matx<double, 2, kUnknowns>;

Rows rows(double x, double y) {
  const double d = depth(x, y);
  return {1, x, y, 0, 0, 0, x * x, x * y, d, 0,  //
          0, 0, 0, 1, x, y, x * y, y * y, 0, d};
}

// Whether x, y lies so far inside the face that its surroundings show only face: the background moves
// differently.
bool is_face(double x, double y) { return x * x / 0.95 + (y - 0.45) * (y - 0.45) / 1.6 < 1; }

bool moves_by_itself(double x, double y) {
  const bool eye = std::abs(std::abs(x) - 0.5) < 0.42 && std::abs(y) < 0.32;
  const bool mouth = std::abs(x) < 0.6 && y > 0.95 && y < 1.5;
  return eye || mouth;
}

// One pixel of skin: how its grey answers to each unknown.
struct Pixel {
  cv::Point at;
  Rows rows;
  cv::Matx<double, 1, kUnknowns> answer;
};

// What changes slowly over the patch is light, not face.
cv::Mat without_light(const cv::Mat &patch) {
  cv::Mat light;
  cv::GaussianBlur(patch, light, {0, 0}, 6);
  return patch - light;
}

cv::Mat blurred(const cv::Mat &patch) {
  cv::Mat out;
  cv::GaussianBlur(patch, out, {0, 0}, 2.5);
  return out;
}

std::vector<Pixel> skin(const cv::Mat &face) {
  cv::Mat dx, dy;
  cv::Sobel(face, dx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(face, dy, CV_32F, 0, 1, 3, 1.0 / 8);
  std::vector<Pixel> pixels;
  for (int row = 0; row < kSide; row++) {
    for (int column = 0; column < kSide; column++) {
      const double x = (column - kEyesX) / kEye, y = (row - kEyesY) / kEye;
      if (!is_face(x, y) || moves_by_itself(x, y)) continue;
      const cv::Matx12d slope(dx.at<float>(row, column) * kEye, dy.at<float>(row, column) * kEye);
      const Rows moves = rows(x, y);
      pixels.push_back({{column, row}, moves, slope * moves});
    }
  }
  return pixels;
}

// Improves `found` over `rounds` rounds so that earlier and later agree (Lucas and Kanade's method on all
// unknowns at once); pixels that disagree most count less (Huber's weights).
void refine(const cv::Mat &earlier, const cv::Mat &later, int rounds, Turn &found) {
  const std::vector<Pixel> pixels = skin(earlier);
  const auto count = static_cast<int>(pixels.size());
  cv::Mat places(1, count, CV_32FC2), seen;
  std::vector<double> rest(pixels.size()), sizes;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < count; i++) {
      const auto step = pixels[i].rows * found.values * kEye;
      places.at<cv::Vec2f>(i) = cv::Vec2f(static_cast<float>(pixels[i].at.x + step(0)),
                                          static_cast<float>(pixels[i].at.y + step(1)));
    }
    cv::remap(later, seen, places, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    double both = 0, first = 0, second = 0;
    for (int i = 0; i < count; i++) {
      const double before = earlier.at<float>(pixels[i].at), after = seen.at<float>(i);
      rest[i] = before - after;
      both += before * after;
      first += before * before;
      second += after * after;
    }
    sizes = rest;
    for (double &size : sizes) size = std::abs(size);
    std::nth_element(sizes.begin(), sizes.begin() + count / 2, sizes.end());
    const double reach = std::max(2 * sizes[count / 2], 0.5);
    // Damping: keeps small what the picture does not determine.
    auto normal = cv::Matx<double, kUnknowns, kUnknowns>::eye() * 10.0;
    Unknowns right;
    double sum = 0, weights = 0;
    for (int i = 0; i < count; i++) {
      const double weight = std::min(1.0, reach / std::max(std::abs(rest[i]), 1e-9));
      const auto &answer = pixels[i].answer;
      for (int row = 0; row < kUnknowns; row++) {
        right(row) += weight * answer(row) * rest[i];
        for (int column = 0; column <= row; column++) {
          normal(row, column) += weight * answer(row) * answer(column);
        }
      }
      sum += weight * rest[i] * rest[i];
      weights += weight;
    }
    for (int row = 0; row < kUnknowns; row++) {
      for (int column = row + 1; column < kUnknowns; column++) normal(row, column) = normal(column, row);
    }
    const auto inverse = normal.inv(cv::DECOMP_CHOLESKY);
    found.values += inverse * right;
    // Neighbouring pixels share their noise: about this many count as one.
    constexpr double shared = 10;
    found.error = std::sqrt(shared * sum / std::max(weights - kUnknowns, 1.0) *
                            std::max(inverse(8, 8), inverse(9, 9)));
    found.correlation = both / std::sqrt(std::max(first * second, 1e-9));
  }
}

}  // namespace

cv::Point2d explained(const Turn &turn, double x, double y) {
  const auto step = rows(x, y) * turn.values;
  return {kEyesX + (x + step(0)) * kEye, kEyesY + (y + step(1)) * kEye};
}

Turn find_turn(const cv::Mat &earlier, const cv::Mat &later) {
  const cv::Mat before = without_light(earlier), after = without_light(later);
  Turn found;
  refine(blurred(before), blurred(after), 5, found);
  refine(before, after, 6, found);
  return found;
}

}  // namespace canteen
