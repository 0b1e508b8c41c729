#pragma once

#include <opencv2/core.hpp>

namespace canteen {

// A patch shows the face and what is around it, upright, with the eyes kEye pixels apart.
constexpr int kSide = 160;
constexpr double kEye = 24, kEyesX = 80, kEyesY = 76;

// How the skin moved between two patches, all in eye distances from between the eyes: six values of an
// affinity, two that make it a homography, then yaw and pitch of a solid head in radians.
constexpr int kUnknowns = 10;
using Unknowns = cv::Matx<double, kUnknowns, 1>;

struct Turn {
  Unknowns values;
  double error = 0;        // standard error of yaw and pitch, radians
  double correlation = 0;  // of the skin with itself, after the motion is taken out
};

// Both patches in float grey.
Turn find_turn(const cv::Mat &earlier, const cv::Mat &later);

// Where a place of the earlier patch, in eye distances, lies in the later one, in its pixels.
cv::Point2d explained(const Turn &turn, double x, double y);

}  // namespace canteen
