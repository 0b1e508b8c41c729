#pragma once

#include <opencv2/dnn.hpp>
#include <stdexcept>

namespace canteen {

// Reads a network that runs on the CPU with OpenCV's own engine; throws when the file holds none.
inline cv::dnn::Net network(const char *onnx_file) {
  cv::dnn::Net net = cv::dnn::readNetFromONNX(onnx_file);
  if (net.empty()) throw std::runtime_error("the model holds no network");
  net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  return net;
}

}  // namespace canteen
