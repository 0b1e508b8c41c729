#include <mutex>
#include <string>

#include "guard.hpp"

namespace canteen {

// cv::setNumThreads ends and restarts the arena in which other threads may be working: with Debian's OpenCV 4.6
// and TBB that is a crash. So it is called once, before anything else of OpenCV.
int32_t settle_threads(int32_t wanted) {
  static std::once_flag once;
  static int32_t settled = 0;
  std::call_once(once, [wanted] {
    cv::setNumThreads(wanted);
    settled = wanted;
  });
  return settled;
}

}  // namespace canteen

extern "C" int32_t canteen_cv_use_threads(int32_t threads, canteen_cv_error *error) {
  try {
    const int32_t settled = canteen::settle_threads(threads);
    if (settled == threads) return CANTEEN_CV_OK;
    const std::string text = "pictures are already worked on with " + std::to_string(settled) + " threads, not " +
                             std::to_string(threads);
    return canteen::fail(error, CANTEEN_CV_FAILED, text.c_str());
  } catch (...) {
    return canteen::fail(error, CANTEEN_CV_FAILED, "the number of threads could not be set");
  }
}
