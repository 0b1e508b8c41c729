#pragma once

#include <cstddef>
#include <cstdint>

namespace canteen {

// The EXIF orientation of a JPEG, 1 ... 8; 1 when it has none.
int32_t exif_orientation(const uint8_t *jpeg, size_t count);

// 5 ... 8 lie on their side: width and height change places.
inline bool lies_on_its_side(int32_t orientation) { return orientation >= 5; }

// Writes the `width` x `height` pixels of `upright` from `lying`, three bytes each.
void turn_upright(const uint8_t *lying, int32_t orientation, int64_t width, int64_t height,
                  uint8_t *upright);

}  // namespace canteen
