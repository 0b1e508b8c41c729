#include "picture_header.hpp"

#include <algorithm>
#include <array>

namespace canteen {
namespace {

constexpr std::array<uint8_t, 8> png_signature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

// Bytes of an untrusted file: reading past the end gives nothing.
class Reader {
 public:
  Reader(const uint8_t *bytes, size_t count) : bytes_(bytes), count_(count) {}

  std::optional<uint8_t> byte() {
    if (at_ >= count_) return std::nullopt;
    return bytes_[at_++];
  }

  std::optional<uint32_t> big_endian(int length) {
    uint32_t value = 0;
    for (; length > 0; length--) {
      const auto next = byte();
      if (!next) return std::nullopt;
      value = value << 8 | *next;
    }
    return value;
  }

  void skip(size_t length) { at_ = std::min(count_, at_ + std::min(length, count_)); }

  // The next JPEG marker, over fill bytes, entropy-coded data and the restart markers in it.
  std::optional<uint8_t> marker() {
    while (auto next = byte()) {
      if (*next != 0xFF) continue;
      do next = byte();
      while (next && *next == 0xFF);
      const bool is_data = !next || *next == 0x00 || (*next >= 0xD0 && *next <= 0xD7);
      if (!is_data) return next;
    }
    return std::nullopt;
  }

 private:
  const uint8_t *bytes_;
  size_t count_;
  size_t at_ = 0;
};

// PNG, section 5.3: chunks of length, type, content and checksum, from IHDR, which has the size, to IEND.
std::optional<PictureHeader> read_png(Reader reader) {
  constexpr uint32_t start_type = 0x49484452;
  constexpr uint32_t end_type = 0x49454E44;
  std::optional<PictureHeader> header;
  reader.skip(png_signature.size());
  while (const auto length = reader.big_endian(4)) {
    const auto type = reader.big_endian(4);
    if (!type || !header != (*type == start_type)) return std::nullopt;
    if (*type == end_type) return header;
    size_t rest = *length;
    if (*type == start_type) {
      const auto width = reader.big_endian(4);
      const auto height = reader.big_endian(4);
      if (!width || !height || rest < 8) return std::nullopt;
      header = PictureHeader{*width, *height, true};
      rest -= 8;
    }
    reader.skip(rest + 4);
  }
  return std::nullopt;
}

// ITU T.81, annex B: SOF0 ... SOF15 carry the size, without DHT, JPG and DAC that share their range.
bool is_start_of_frame(uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Walks all segments: a file without its end marker was cut off, and the decoder would paint the rest grey.
std::optional<PictureHeader> read_jpeg(Reader reader) {
  std::optional<PictureHeader> header;
  reader.skip(2);
  while (const auto marker = reader.marker()) {
    if (*marker == 0xD9) return header;
    const auto length = reader.big_endian(2);
    if (!length || *length < 2) return std::nullopt;
    size_t rest = *length - 2;
    if (is_start_of_frame(*marker) && !header) {
      reader.skip(1);
      const auto height = reader.big_endian(2);
      const auto width = reader.big_endian(2);
      if (!width || !height || rest < 5) return std::nullopt;
      header = PictureHeader{*width, *height, false};
      rest -= 5;
    }
    reader.skip(rest);
  }
  return std::nullopt;
}

}  // namespace

std::optional<PictureHeader> read_picture_header(const uint8_t *bytes, size_t count) {
  if (bytes == nullptr) return std::nullopt;
  if (count > 24 && std::equal(png_signature.begin(), png_signature.end(), bytes)) {
    return read_png({bytes, count});
  }
  if (count > 4 && bytes[0] == 0xFF && bytes[1] == 0xD8) return read_jpeg({bytes, count});
  return std::nullopt;
}

}  // namespace canteen
