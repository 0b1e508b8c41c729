#pragma once

#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace canteen {

// Where the five points lie in a 112x112 crop; the template ArcFace and SFace were trained with.
constexpr std::array<double, 10> kFaceTemplate = {38.2946, 51.6963, 73.5318, 51.5014, 56.0252,
                                                  71.7366, 41.5493, 92.3655, 70.7299, 92.2041};

// The similarity that brings `points` nearest to `target` in the least-squares sense. In the plane it
// has a closed form: with both sets centred, scale times rotation is sum(conj(p) q) / sum(|p|^2).
inline cv::Matx23d alignment(const float points[10], const std::array<double, 10> &target) {
  double px = 0, py = 0, qx = 0, qy = 0;
  for (int i = 0; i < 5; i++) {
    px += points[2 * i] / 5.0;
    py += points[2 * i + 1] / 5.0;
    qx += target[2 * i] / 5.0;
    qy += target[2 * i + 1] / 5.0;
  }
  double real = 0, imaginary = 0, spread = 0;
  for (int i = 0; i < 5; i++) {
    const double ax = points[2 * i] - px, ay = points[2 * i + 1] - py;
    const double bx = target[2 * i] - qx, by = target[2 * i + 1] - qy;
    real += ax * bx + ay * by;
    imaginary += ax * by - ay * bx;
    spread += ax * ax + ay * ay;
  }
  if (!(spread > 1e-6) || !std::isfinite(spread)) {
    throw std::invalid_argument("the points of the face lie on one spot");
  }
  const double a = real / spread, b = imaginary / spread;
  return {a, -b, qx - a * px + b * py, b, a, qy - b * px - a * py};
}

}  // namespace canteen
