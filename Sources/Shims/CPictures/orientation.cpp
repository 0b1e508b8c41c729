#include "orientation.hpp"

#include <climits>
#include <cstring>
#include <libexif/exif-data.h>
#include <memory>

namespace canteen {

int32_t exif_orientation(const uint8_t *jpeg, size_t count) {
  if (count > UINT_MAX) return 1;
  const std::unique_ptr<ExifData, decltype(&exif_data_unref)> data(
      exif_data_new_from_data(jpeg, static_cast<unsigned int>(count)), exif_data_unref);
  if (!data) return 1;
  const ExifEntry *entry =
      exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int32_t value = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return value >= 1 && value <= 8 ? value : 1;
}

void turn_upright(const uint8_t *lying, int32_t orientation, int64_t width, int64_t height,
                  uint8_t *upright) {
  const bool on_side = lies_on_its_side(orientation);
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool from_below = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  const int64_t lying_width = on_side ? height : width;
  for (int64_t y = 0; y < height; y++) {
    const int64_t row = from_below ? height - 1 - y : y;
    for (int64_t x = 0; x < width; x++) {
      const int64_t column = from_right ? width - 1 - x : x;
      const int64_t from = on_side ? column * lying_width + row : row * lying_width + column;
      std::memcpy(upright, lying + from * 3, 3);
      upright += 3;
    }
  }
}

}  // namespace canteen
