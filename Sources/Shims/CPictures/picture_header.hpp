#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace canteen {

// What a file claims about itself before anything is decoded; width and height as they are stored.
struct PictureHeader {
  int64_t width;
  int64_t height;
  bool is_png;
};

// Reads the header of a JPEG or PNG; nothing for any other file and for one that was cut off.
std::optional<PictureHeader> read_picture_header(const uint8_t *bytes, size_t count);

}  // namespace canteen
