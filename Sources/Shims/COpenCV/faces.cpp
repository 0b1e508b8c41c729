#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <list>
#include <opencv2/core/version.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "alignment.hpp"
#include "guard.hpp"
#include "network.hpp"

using canteen::fail;
using canteen::guarded;
using canteen::network;
using canteen::view;

// A till feeds four sizes by turns: a glance, a search, a close-up, an infrared picture.
constexpr size_t kSizesKept = 4;

// A network that is fed another size sets itself up again, which costs as much as a small picture. So one
// network is kept for each of the sizes fed last.
struct canteen_cv_detector {
  std::string onnx_file;
  struct Sized {
    cv::Size size;
    cv::dnn::Net net;
  };
  // The most recently fed one comes first. Never empty: it begins with one network that was not fed yet.
  std::list<Sized> networks;

  cv::dnn::Net &of(cv::Size size) {
    auto found = std::find_if(networks.begin(), networks.end(),
                              [size](const Sized &one) { return one.size == size; });
    if (found == networks.end()) {
      const bool unfed = networks.back().size.empty();
      if (!unfed && networks.size() < kSizesKept) networks.push_back({size, network(onnx_file.c_str())});
      found = std::prev(networks.end());
      found->size = size;
    }
    networks.splice(networks.begin(), networks, found);
    return networks.front().net;
  }
};

struct canteen_cv_embedder {
  cv::dnn::Net net;
};

namespace {

constexpr int kCrop = 112;
constexpr std::array<int, 3> kStrides = {8, 16, 32};

cv::Mat aligned(canteen_cv_image image, const float points[10]) {
  cv::Mat crop;
  const cv::Matx23d move = canteen::alignment(points, canteen::kFaceTemplate);
  cv::warpAffine(view(image), crop, move, {kCrop, kCrop}, cv::INTER_LINEAR);
  return crop;
}

// OpenCV 4.6 leaves outputs unwritten when the coarsest level of the network has a single row.
constexpr int kLeastInput = 64;

int up_to_multiple_of_32(int side) { return std::max(kLeastInput, (side + 31) / 32 * 32); }

// The network takes sides that are multiples of 32: zeros are added at the right and at the bottom.
cv::Mat padded(const cv::Mat &image) {
  cv::Mat out;
  cv::copyMakeBorder(image, out, 0, up_to_multiple_of_32(image.rows) - image.rows, 0,
                     up_to_multiple_of_32(image.cols) - image.cols, cv::BORDER_CONSTANT, 0);
  return out;
}

// The outputs of one stride, one row a cell.
struct Level {
  const float *cls, *obj, *bbox, *kps;
  int stride, columns, cells;
};

void decode(const Level &level, float least_score, std::vector<canteen_cv_face> &faces) {
  const auto stride = static_cast<float>(level.stride);
  for (int i = 0; i < level.cells; i++) {
    const float score = std::sqrt(std::clamp(level.cls[i], 0.0F, 1.0F) *
                                  std::clamp(level.obj[i], 0.0F, 1.0F));
    if (!(score >= least_score)) continue;
    const auto column = static_cast<float>(i % level.columns);
    const auto row = static_cast<float>(i / level.columns);
    const float *box = level.bbox + 4 * i;
    canteen_cv_face face{};
    face.score = score;
    face.width = std::exp(box[2]) * stride;
    face.height = std::exp(box[3]) * stride;
    face.x = (column + box[0]) * stride - face.width / 2;
    face.y = (row + box[1]) * stride - face.height / 2;
    for (int point = 0; point < 5; point++) {
      face.points[2 * point] = (column + level.kps[10 * i + 2 * point]) * stride;
      face.points[2 * point + 1] = (row + level.kps[10 * i + 2 * point + 1]) * stride;
    }
    faces.push_back(face);
  }
}

std::vector<canteen_cv_face> run(cv::dnn::Net &net, const cv::Mat &input, float least_score) {
  static const std::vector<cv::String> names = {"cls_8",  "cls_16",  "cls_32",  "obj_8",
                                                "obj_16", "obj_32",  "bbox_8",  "bbox_16",
                                                "bbox_32", "kps_8",  "kps_16",  "kps_32"};
  net.setInput(cv::dnn::blobFromImage(input));
  std::vector<cv::Mat> outputs;
  net.forward(outputs, names);
  std::vector<canteen_cv_face> faces;
  for (size_t i = 0; i < kStrides.size(); i++) {
    const int columns = input.cols / kStrides[i];
    const int cells = columns * (input.rows / kStrides[i]);
    const std::array<size_t, 4> floats = {1, 1, 4, 10};
    for (size_t part = 0; part < 4; part++) {
      if (outputs[3 * part + i].total() != cells * floats[part]) {
        throw std::runtime_error("the detector's output has another shape than YuNet's");
      }
    }
    decode({outputs[i].ptr<float>(), outputs[3 + i].ptr<float>(), outputs[6 + i].ptr<float>(),
            outputs[9 + i].ptr<float>(), kStrides[i], columns, cells},
           least_score, faces);
  }
  return faces;
}

// Best score first; of two that overlap only the better one stays.
std::vector<canteen_cv_face> without_overlaps(const std::vector<canteen_cv_face> &faces,
                                              float least_score, float overlap) {
  std::vector<cv::Rect2d> boxes;
  std::vector<float> scores;
  for (const auto &face : faces) {
    boxes.emplace_back(face.x, face.y, face.width, face.height);
    scores.push_back(face.score);
  }
  std::vector<int> kept;
  cv::dnn::NMSBoxes(boxes, scores, least_score, overlap, kept);
  std::vector<canteen_cv_face> result;
  for (const int index : kept) result.push_back(faces[index]);
  return result;
}

// Finds faces after scaling `whole` so that its long side is `long_side`; in pixels of `whole`.
std::vector<canteen_cv_face> detect(canteen_cv_detector &detector, const cv::Mat &whole, int long_side,
                                    float least_score, float overlap) {
  const double scale = static_cast<double>(long_side) / std::max(whole.cols, whole.rows);
  cv::Mat small;
  const cv::Size size(std::max(1, cvRound(whole.cols * scale)), std::max(1, cvRound(whole.rows * scale)));
  cv::resize(whole, small, size, 0, 0, cv::INTER_LINEAR);
  const cv::Mat input = padded(small);
  auto faces = without_overlaps(run(detector.of(input.size()), input, least_score), least_score, overlap);
  const auto sx = static_cast<float>(whole.cols) / static_cast<float>(size.width);
  const auto sy = static_cast<float>(whole.rows) / static_cast<float>(size.height);
  for (auto &face : faces) {
    face.x *= sx;
    face.y *= sy;
    face.width *= sx;
    face.height *= sy;
    for (int point = 0; point < 5; point++) {
      face.points[2 * point] *= sx;
      face.points[2 * point + 1] *= sy;
    }
  }
  return faces;
}

/* A hand that shakes or a face that walks blurs one direction only, and what is left in the others looks sharp enough. */
float evenness(const cv::Mat &grey) {
  cv::Mat smooth, edges;
  cv::GaussianBlur(grey, smooth, cv::Size(), 1.0);
  const std::array<cv::Matx33f, 4> directions = {
      cv::Matx33f(0, 0, 0, 1, -2, 1, 0, 0, 0), cv::Matx33f(0, 1, 0, 0, -2, 0, 0, 1, 0),
      cv::Matx33f(1, 0, 0, 0, -2, 0, 0, 0, 1), cv::Matx33f(0, 0, 1, 0, -2, 0, 1, 0, 0)};
  double least = 0, most = 0;
  for (size_t number = 0; number < directions.size(); number++) {
    cv::filter2D(smooth, edges, CV_32F, cv::Mat(directions[number]));
    cv::Scalar mean, deviation;
    cv::meanStdDev(edges, mean, deviation);
    const double variance = deviation[0] * deviation[0];
    least = number == 0 ? variance : std::min(least, variance);
    most = std::max(most, variance);
  }
  return most > 0 ? static_cast<float>(least / most) : 0;
}

/* The grey that so many per cent of the pixels do not exceed; at least 1. */
float level(const cv::Mat &grey, size_t percent) {
  std::vector<uint8_t> pixels;
  for (int row = 0; row < grey.rows; row++) pixels.insert(pixels.end(), grey.ptr(row), grey.ptr(row) + grey.cols);
  const auto place = pixels.begin() + static_cast<std::ptrdiff_t>((pixels.size() - 1) * percent / 100);
  std::nth_element(pixels.begin(), place, pixels.end());
  return std::max(1.0F, static_cast<float>(*place));
}

float spread(const cv::Mat &values) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(values, mean, deviation);
  return static_cast<float>(deviation[0]);
}

/* Shares of blue, green and red, whatever the light. */
cv::Vec3d tint(const cv::Mat &colours) {
  const cv::Scalar mean = cv::mean(colours) + cv::Scalar::all(1);
  const double sum = mean[0] + mean[1] + mean[2];
  return {mean[0] / sum, mean[1] / sum, mean[2] / sum};
}

// Where a point of the image lies on the aligned face.
cv::Point2d place(const float *point, const cv::Matx23d &move) {
  const cv::Matx21d at = move * cv::Matx31d(point[0], point[1], 1);
  return {at(0), at(1)};
}

// A part of the aligned face around `middle`.
cv::Mat part(const cv::Mat &face, cv::Point2d middle, int width, int height) {
  const cv::Rect wanted(cvRound(middle.x) - width / 2, cvRound(middle.y) - height / 2, width, height);
  const cv::Rect inside = wanted & cv::Rect(0, 0, face.cols, face.rows);
  // Points that lie nowhere near a face: any part is as good.
  return inside.empty() ? face : face(inside);
}

// How light the surroundings of an eye are beside the cheek below it.
float lightness(const cv::Mat &grey, cv::Point2d eye) {
  return level(part(grey, eye, 20, 14), 75) / level(part(grey, eye + cv::Point2d(0, 26), 14, 12), 50);
}

void move(canteen_cv_face &face, float right, float down) {
  face.x += right;
  face.y += down;
  for (int point = 0; point < 5; point++) {
    face.points[2 * point] += right;
    face.points[2 * point + 1] += down;
  }
}

}  // namespace

extern "C" {

int32_t canteen_cv_detector_make(const char *onnx_file, canteen_cv_detector **detector,
                                 canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    *detector = new canteen_cv_detector{onnx_file, {{cv::Size(), network(onnx_file)}}};
    return CANTEEN_CV_OK;
  });
}

void canteen_cv_detector_free(canteen_cv_detector *detector) { delete detector; }

int32_t canteen_cv_embedder_make(const char *onnx_file, canteen_cv_embedder **embedder,
                                 canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    *embedder = new canteen_cv_embedder{network(onnx_file)};
    return CANTEEN_CV_OK;
  });
}

void canteen_cv_embedder_free(canteen_cv_embedder *embedder) { delete embedder; }

int32_t canteen_cv_detect(canteen_cv_detector *detector, canteen_cv_image image, int32_t long_side,
                          float least_score, float overlap, canteen_cv_face *faces,
                          int32_t capacity, int32_t *count, canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const auto found = detect(*detector, view(image), long_side, least_score, overlap);
    *count = static_cast<int32_t>(std::min<size_t>(found.size(), std::max(capacity, 0)));
    std::copy_n(found.begin(), *count, faces);
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_detect_close_up(canteen_cv_detector *detector, canteen_cv_image image,
                                   const canteen_cv_face *face, float reach, int32_t side,
                                   float least_score, canteen_cv_face *closer, int32_t *found,
                                   canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    *found = 0;
    const cv::Mat whole = view(image);
    const float span = std::max(face->width, face->height) * reach;
    const float middle_x = face->x + face->width / 2, middle_y = face->y + face->height / 2;
    if (!std::isfinite(span + middle_x + middle_y)) return CANTEEN_CV_OK;
    const cv::Rect2f around(middle_x - span / 2, middle_y - span / 2, span, span);
    const cv::Rect2f inside = around & cv::Rect2f(0, 0, static_cast<float>(whole.cols),
                                                  static_cast<float>(whole.rows));
    const cv::Rect part(cvFloor(inside.x), cvFloor(inside.y), cvFloor(inside.width),
                        cvFloor(inside.height));
    if (part.width < 16 || part.height < 16) return CANTEEN_CV_OK;
    const cv::Rect2f expected(face->x, face->y, face->width, face->height);
    float best = 0.3F;
    for (canteen_cv_face candidate : detect(*detector, whole(part), side, least_score, 0.3F)) {
      move(candidate, static_cast<float>(part.x), static_cast<float>(part.y));
      const cv::Rect2f box(candidate.x, candidate.y, candidate.width, candidate.height);
      const float shared = (box & expected).area();
      const float overlap = shared / (box.area() + expected.area() - shared);
      if (overlap <= best) continue;
      best = overlap;
      *closer = candidate;
      *found = 1;
    }
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_embed(canteen_cv_embedder *embedder, canteen_cv_image image,
                         const float points[10], float out[128], canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    embedder->net.setInput(cv::dnn::blobFromImage(aligned(image, points), 1, {kCrop, kCrop}, {}, true));
    const cv::Mat features = embedder->net.forward();
    if (features.total() != 128) return fail(error, CANTEEN_CV_FAILED, "the model does not give 128 floats");
    std::copy_n(features.ptr<float>(), 128, out);
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_measure(canteen_cv_image image, const float points[10], canteen_cv_light *light,
                           canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    cv::Mat grey, edges;
    cv::cvtColor(aligned(image, points), grey, cv::COLOR_BGR2GRAY);
    cv::Laplacian(grey, edges, CV_32F);
    cv::Scalar mean, deviation;
    cv::meanStdDev(edges, mean, deviation);
    light->sharpness = static_cast<float>(deviation[0] * deviation[0]);
    light->brightness = static_cast<float>(cv::mean(grey)[0]);
    light->evenness = evenness(grey);
    return CANTEEN_CV_OK;
  });
}

int32_t canteen_cv_measure_covers(canteen_cv_image image, const float points[10], canteen_cv_covers *covers,
                                  canteen_cv_error *error) {
  return guarded(error, [&]() -> int32_t {
    const cv::Mat face = aligned(image, points);
    const cv::Matx23d move = canteen::alignment(points, canteen::kFaceTemplate);
    const cv::Point2d right = place(points, move), left = place(points + 2, move);
    const cv::Point2d eyes = (right + left) / 2;
    const cv::Point2d mouth = (place(points + 6, move) + place(points + 8, move)) / 2;
    cv::Mat grey, detail;
    cv::cvtColor(face, grey, cv::COLOR_BGR2GRAY);
    cv::Laplacian(grey, detail, CV_32F);
    covers->eyes = std::max(lightness(grey, right), lightness(grey, left));
    covers->mouth_detail =
        spread(part(detail, mouth, 40, 20)) / std::max(spread(part(detail, eyes, 70, 20)), 0.1F);
    covers->mouth_tint = static_cast<float>(cv::norm(
        tint(part(face, mouth, 34, 20)), tint(part(face, eyes + cv::Point2d(0, 6), 10, 12)), cv::NORM_L1));
    return CANTEEN_CV_OK;
  });
}

const char *canteen_cv_version(void) {
#define CANTEEN_TEXT(number) #number
#define CANTEEN_VERSION(major, minor) CANTEEN_TEXT(major) "." CANTEEN_TEXT(minor)
  return CANTEEN_VERSION(CV_VERSION_MAJOR, CV_VERSION_MINOR);
}

}  // extern "C"
