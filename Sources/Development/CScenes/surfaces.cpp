#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "CScenes.h"
#include "guard.hpp"

using canteen::guarded;
using canteen::view;

namespace {

// Every kStep-th place is worked out exactly, the others lie between.
constexpr int kStep = 8;

struct Face {
  cv::Point2d eyes, right_eye, left_eye, mouth;
  double eye_distance;

  explicit Face(const float p[10])
      : eyes((p[0] + p[2]) / 2.0, (p[1] + p[3]) / 2.0),
        right_eye(p[0], p[1]),
        left_eye(p[2], p[3]),
        mouth((p[6] + p[8]) / 2.0, (p[7] + p[9]) / 2.0),
        eye_distance(std::hypot(p[2] - p[0], p[3] - p[1])) {
    if (!(eye_distance > 1 && eye_distance < 1e4)) {
      throw std::invalid_argument("the eyes of the picture lie on one spot");
    }
  }
};

double bump(double x, double y, double width, double height) {
  return std::exp(-(x * x) / (width * width) - (y * y) / (height * height));
}

// A head in eye distances: half as deep as wide, nose a wedge, brow a bar, chin and cheeks bulging.
double head_depth(double x, double y) {
  const double skull = 1 - (x * x) / 1.96 - (y - 0.15) * (y - 0.15) / 4.4;
  const double ridge = std::clamp((y + 0.1) / 0.75, 0.0, 1.0) * (y < 0.85 ? 1 : 0);
  return 1.15 * std::sqrt(std::max(0.0, skull)) + 0.34 * ridge * std::exp(-x * x / 0.05) +
         0.08 * bump(x, y + 0.35, 0.8, 0.18) + 0.12 * bump(x, y - 1.75, 0.4, 0.3) +
         0.06 * bump(std::abs(x) - 0.7, y - 0.6, 0.3, 0.35) - 0.08 * bump(std::abs(x) - 0.5, y, 0.25, 0.15);
}

// A body below the chin is drawn flat.
double share_of_relief(double y) { return std::clamp((2.9 - y) / 0.8, 0.0, 1.0); }

struct Scene {
  const canteen_cv_surface &surface;
  cv::Point2d middle;
  cv::Matx33d rotation;
  double distance;
  // Of a head only: other surfaces need no face.
  std::optional<Face> face;

  explicit Scene(const canteen_cv_surface &s, cv::Size picture)
      : surface(s), middle(picture.width / 2.0, picture.height / 2.0), distance(s.focal / s.scale) {
    const double cy = std::cos(s.yaw), sy = std::sin(s.yaw), cp = std::cos(s.pitch), sp = std::sin(s.pitch);
    const double cr = std::cos(s.roll), sr = std::sin(s.roll);
    const cv::Matx33d yaw(cy, 0, sy, 0, 1, 0, -sy, 0, cy), pitch(1, 0, 0, 0, cp, -sp, 0, sp, cp),
        roll(cr, -sr, 0, sr, cr, 0, 0, 0, 1);
    rotation = roll * pitch * yaw;
    if (s.kind == CANTEEN_CV_HEAD) face.emplace(s.points);
  }

  double depth(double x, double y) const {
    if (surface.kind == CANTEEN_CV_BENT) {
      return -surface.relief * x * x / middle.x;
    }
    if (!face) return 0;
    const double fx = (x + middle.x - face->eyes.x) / face->eye_distance;
    const double fy = (y + middle.y - face->eyes.y) / face->eye_distance;
    return surface.relief * face->eye_distance * head_depth(fx, fy) * share_of_relief(fy);
  }

  // The place of the surface that a ray through the frame meets; found by a few iterations.
  cv::Point2d meets(double frame_x, double frame_y, const cv::Size &frame) const {
    const cv::Vec3d ray((frame_x - frame.width / 2.0) / surface.focal,
                        (frame_y - frame.height / 2.0) / surface.focal, 1);
    const cv::Vec3d centre((surface.centre_x - frame.width / 2.0) / surface.scale,
                           (surface.centre_y - frame.height / 2.0) / surface.scale, distance);
    const cv::Vec3d along = rotation.t() * ray, from = rotation.t() * centre;
    double z = 0;
    cv::Point2d at;
    for (int round = 0; round < (surface.kind == CANTEEN_CV_FLAT ? 1 : 4); round++) {
      const double length = (from[2] - z) / along[2];
      at = {along[0] * length - from[0], along[1] * length - from[1]};
      z = depth(at.x, at.y);
    }
    return at + middle;
  }
};

// Lids come down and lips part: gives the place where the picture is looked up instead.
cv::Point2d with_expression(cv::Point2d at, const canteen_cv_surface &surface) {
  if (surface.eyes_closed <= 0 && surface.mouth_open <= 0) return at;
  const Face face(surface.points);
  const double unit = face.eye_distance;
  for (const auto &eye : {face.right_eye, face.left_eye}) {
    const double x = (at.x - eye.x) / unit, y = (at.y - eye.y) / unit;
    at.y -= surface.eyes_closed * unit * 0.3 * std::exp(-std::pow(x / 0.3, 4) - std::pow(y / 0.16, 4));
  }
  const double x = (at.x - face.mouth.x) / unit, y = (at.y - face.mouth.y) / unit;
  at.y -= surface.mouth_open * unit * std::tanh(y / 0.08) * bump(x, y, 0.5, 0.35) * 0.5;
  return at;
}

// What a lens leaves of the grid of red, green and blue strips, and the false pattern the sensor makes of it.
cv::Vec3d strips(cv::Point2d at, const canteen_cv_surface &surface) {
  const double pitch = surface.scale / surface.display_pixels;  // frame pixels per display pixel
  const double frequency = 1 / std::max(pitch, 1e-3);
  const double box = std::abs(std::sin(CV_PI * frequency) / (CV_PI * frequency));
  const double lens = std::exp(-2 * CV_PI * CV_PI * frequency * frequency * surface.lens_blur * surface.lens_blur);
  const double left = 1.65 * box * lens, rows = 0.5 * box * lens;
  const double u = at.x * surface.display_pixels, v = at.y * surface.display_pixels;
  const double down = 1 + rows * std::cos(2 * CV_PI * v);
  cv::Vec3d light;
  for (int channel = 0; channel < 3; channel++) {
    light[channel] = down * (1 + left * std::cos(2 * CV_PI * (u + channel / 3.0)));
  }
  return light;
}

}  // namespace

extern "C" int32_t canteen_cv_draw_surface(canteen_cv_image frame, canteen_cv_image picture,
                                           const uint8_t *mask, canteen_cv_surface surface,
                                           uint8_t *out_bgr, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat behind = view(frame), texture = view(picture);
    const cv::Mat stencil(texture.rows, texture.cols, CV_8UC1, const_cast<uint8_t *>(mask));
    if (!(surface.scale > 1e-3 && surface.focal > 1 && std::abs(surface.yaw) < 1.4 &&
          std::abs(surface.pitch) < 1.4)) {
      throw std::invalid_argument("the surface cannot be seen from there");
    }
    const Scene scene(surface, texture.size());
    const cv::Size coarse(frame.width / kStep + 2, frame.height / kStep + 2);
    cv::Mat map(coarse, CV_32FC2), plain(coarse, CV_32FC2);
    for (int row = 0; row < coarse.height; row++) {
      for (int column = 0; column < coarse.width; column++) {
        const cv::Point2d at = scene.meets(column * kStep, row * kStep, behind.size());
        const cv::Point2d shown = with_expression(at, surface);
        plain.at<cv::Vec2f>(row, column) = cv::Vec2f(static_cast<float>(at.x), static_cast<float>(at.y));
        map.at<cv::Vec2f>(row, column) = cv::Vec2f(static_cast<float>(shown.x), static_cast<float>(shown.y));
      }
    }
    const cv::Matx23d finer(1.0 / kStep, 0, 0, 0, 1.0 / kStep, 0);
    const auto full = [&](const cv::Mat &from) {
      cv::Mat to;
      cv::warpAffine(from, to, finer, behind.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP);
      return to;
    };
    const cv::Mat places = full(map), true_places = full(plain);
    cv::Mat drawn, alpha;
    // A picture that shrinks is smoothed first, as the camera's lens does.
    cv::Mat smooth;
    if (surface.scale < 0.8) cv::GaussianBlur(texture, smooth, {0, 0}, 0.3 / surface.scale);
    cv::remap(smooth.empty() ? texture : smooth, drawn, places, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::remap(stencil, alpha, true_places, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, 0);
    cv::Mat out(behind.rows, behind.cols, CV_8UC3, out_bgr);
    for (int row = 0; row < out.rows; row++) {
      const auto *back = behind.ptr<cv::Vec3b>(row), *front = drawn.ptr<cv::Vec3b>(row);
      const auto *share = alpha.ptr<uchar>(row);
      const auto *place = true_places.ptr<cv::Vec2f>(row);
      auto *to = out.ptr<cv::Vec3b>(row);
      for (int column = 0; column < out.cols; column++) {
        if (share[column] == 0) {
          to[column] = back[column];
          continue;
        }
        cv::Vec3d colour = front[column];
        if (surface.display_pixels > 0) {
          colour = colour.mul(strips({place[column][0], place[column][1]}, surface));
        }
        const double a = share[column] / 255.0;
        for (int channel = 0; channel < 3; channel++) {
          to[column][channel] = cv::saturate_cast<uchar>(a * colour[channel] + (1 - a) * back[column][channel]);
        }
      }
    }
    return CANTEEN_CV_OK;
  });
}

extern "C" int32_t canteen_cv_mask(int32_t width, int32_t height, const float points[10], int32_t part,
                                   float hair, uint8_t *out, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const Face face(points);
    cv::Mat mask(height, width, CV_8UC1, out);
    mask.setTo(part == CANTEEN_CV_WHOLE ? 255 : 0);
    const double unit = face.eye_distance;
    const auto ellipse = [&](cv::Point2d middle, double across, double down) {
      const cv::Size axes(cvRound(across * unit), cvRound(down * unit));
      cv::ellipse(mask, middle, axes, 0, 0, 360, 255, cv::FILLED);
    };
    const cv::Point2d down(0, unit);
    if (part == CANTEEN_CV_EYES) {
      ellipse(face.right_eye, 0.3, 0.17);
      ellipse(face.left_eye, 0.3, 0.17);
    } else if (part != CANTEEN_CV_WHOLE) {
      ellipse(face.eyes + 0.25 * down, 1.2 + hair, 1.75 + hair);
      if (part == CANTEEN_CV_HEAD_AND_SHOULDERS) {
        const cv::Rect neck(cvRound(face.eyes.x - 0.8 * unit), cvRound(face.eyes.y + unit),
                            cvRound(1.6 * unit), height);
        cv::rectangle(mask, neck & cv::Rect(0, 0, width, height), 255, cv::FILLED);
        ellipse(face.eyes + 4.4 * down, 2.9, 2.2);
      }
    }
    cv::GaussianBlur(mask, mask, {0, 0}, std::max(0.6, unit * 0.02));
    return CANTEEN_CV_OK;
  });
}
