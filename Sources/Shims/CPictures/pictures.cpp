#include <climits>
#include <memory>
#include <new>
#include <png.h>
#include <turbojpeg.h>
#include <utility>

#include "CPictures.h"
#include "orientation.hpp"
#include "picture_header.hpp"

namespace {

struct Codec {
  explicit Codec(tjhandle handle) : handle(handle) {}
  ~Codec() {
    if (handle != nullptr) tjDestroy(handle);
  }
  Codec(const Codec &) = delete;
  Codec &operator=(const Codec &) = delete;

  // What libjpeg only warns of, such as bytes between segments, leaves a picture.
  bool succeeded(int status) const { return status == 0 || tjGetErrorCode(handle) == TJERR_WARNING; }

  const tjhandle handle;
};

int32_t decode_jpeg(const uint8_t *bytes, size_t count, int64_t width, int64_t height,
                    uint8_t *out_bgr) {
  const Codec codec(tjInitDecompress());
  if (codec.handle == nullptr) return CANTEEN_PICTURE_FAILED;
  int coded_width = 0, coded_height = 0, subsampling = 0, colours = 0;
  const int header = tjDecompressHeader3(codec.handle, bytes, count, &coded_width, &coded_height,
                                         &subsampling, &colours);
  if (!codec.succeeded(header) || coded_width != width || coded_height != height) {
    return CANTEEN_PICTURE_UNREADABLE;
  }
  const int status = tjDecompress2(codec.handle, bytes, count, out_bgr, coded_width,
                                   coded_width * 3, coded_height, TJPF_BGR, 0);
  return codec.succeeded(status) ? CANTEEN_PICTURE_OK : CANTEEN_PICTURE_UNREADABLE;
}

int32_t decode_png(const uint8_t *bytes, size_t count, int64_t width, int64_t height,
                   uint8_t *out_bgr) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, decltype(&png_image_free)> freed(&image, png_image_free);
  if (!png_image_begin_read_from_memory(&image, bytes, count) || image.width != width ||
      image.height != height) {
    return CANTEEN_PICTURE_UNREADABLE;
  }
  image.format = PNG_FORMAT_BGR;
  const png_color white = {255, 255, 255};
  const int done = png_image_finish_read(&image, &white, out_bgr, 0, nullptr);
  return done ? CANTEEN_PICTURE_OK : CANTEEN_PICTURE_UNREADABLE;
}

}  // namespace

extern "C" {

int32_t canteen_picture_read_header(const uint8_t *bytes, size_t count,
                                    canteen_picture_header *header) {
  const auto file = canteen::read_picture_header(bytes, count);
  if (!file || file->width == 0 || file->height == 0) return CANTEEN_PICTURE_UNREADABLE;
  *header = {file->width, file->height, file->is_png ? 1 : canteen::exif_orientation(bytes, count)};
  if (canteen::lies_on_its_side(header->orientation)) std::swap(header->width, header->height);
  return CANTEEN_PICTURE_OK;
}

int32_t canteen_picture_decode(const uint8_t *bytes, size_t count, canteen_picture_header header,
                               uint8_t *out_bgr) {
  const auto file = canteen::read_picture_header(bytes, count);
  if (!file || file->width > INT_MAX / 3 || file->height > INT_MAX) return CANTEEN_PICTURE_UNREADABLE;
  const bool on_side = canteen::lies_on_its_side(header.orientation);
  if (header.width != (on_side ? file->height : file->width) ||
      header.height != (on_side ? file->width : file->height)) {
    return CANTEEN_PICTURE_UNREADABLE;
  }
  const auto decode = file->is_png ? decode_png : decode_jpeg;
  if (header.orientation == 1) return decode(bytes, count, file->width, file->height, out_bgr);
  std::unique_ptr<uint8_t[]> lying(new (std::nothrow) uint8_t[file->width * file->height * 3]);
  if (!lying) return CANTEEN_PICTURE_FAILED;
  const int32_t status = decode(bytes, count, file->width, file->height, lying.get());
  if (status == CANTEEN_PICTURE_OK) {
    canteen::turn_upright(lying.get(), header.orientation, header.width, header.height, out_bgr);
  }
  return status;
}

size_t canteen_picture_most_jpeg_bytes(int32_t width, int32_t height) {
  return tjBufSize(width, height, TJSAMP_420);
}

int32_t canteen_picture_encode_jpeg(const uint8_t *bgr, int32_t width, int32_t height,
                                    int32_t quality, uint8_t *out, size_t capacity, size_t *count) {
  if (capacity < canteen_picture_most_jpeg_bytes(width, height)) return CANTEEN_PICTURE_DOES_NOT_FIT;
  const Codec codec(tjInitCompress());
  if (codec.handle == nullptr) return CANTEEN_PICTURE_FAILED;
  unsigned long used = capacity;
  const int status = tjCompress2(codec.handle, bgr, width, width * 3, height, TJPF_BGR, &out, &used,
                                 TJSAMP_420, quality, TJFLAG_NOREALLOC);
  *count = used;
  return status == 0 ? CANTEEN_PICTURE_OK : CANTEEN_PICTURE_FAILED;
}

}  // extern "C"
