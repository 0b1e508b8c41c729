/// A control of a camera, named as `v4l2-ctl --list-ctrls` names it.
///
/// Controls are set in the order listed here: a driver refuses a manual value while the automatic mode is on.
public enum CameraControl: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  /// 0 automatic, 1 manual, 2 shutter priority, 3 aperture priority. USB cameras know 1 and 3.
  case autoExposure = "auto_exposure"
  /// 0 keeps the frame rate in the dark.
  case exposureDynamicFramerate = "exposure_dynamic_framerate"
  case autoGain = "gain_automatic"
  case autoWhiteBalance = "white_balance_automatic"
  case autoFocus = "focus_automatic_continuous"
  /// In 0.1 ms.
  case exposureTime = "exposure_time_absolute"
  /// In the sensor's own steps, often lines.
  case exposure
  case gain
  case analogueGain = "analogue_gain"
  case digitalGain = "digital_gain"
  /// In kelvin.
  case whiteBalanceTemperature = "white_balance_temperature"
  case redBalance = "red_balance"
  case blueBalance = "blue_balance"
  case focus = "focus_absolute"
  /// Against flicker: 0 off, 1 for 50 Hz, 2 for 60 Hz, 3 automatic.
  case powerLineFrequency = "power_line_frequency"
  case backlightCompensation = "backlight_compensation"
  case brightness
  case contrast
  case saturation
  case hue
  case gamma
  case sharpness
  case zoom = "zoom_absolute"
  case horizontalFlip = "horizontal_flip"
  case verticalFlip = "vertical_flip"

  /// The number drivers know it by. Source: linux/v4l2-controls.h.
  var id: UInt32 {
    switch self {
    case .brightness: 0x0098_0900
    case .contrast: 0x0098_0901
    case .saturation: 0x0098_0902
    case .hue: 0x0098_0903
    case .autoWhiteBalance: 0x0098_090C
    case .redBalance: 0x0098_090E
    case .blueBalance: 0x0098_090F
    case .gamma: 0x0098_0910
    case .exposure: 0x0098_0911
    case .autoGain: 0x0098_0912
    case .gain: 0x0098_0913
    case .horizontalFlip: 0x0098_0914
    case .verticalFlip: 0x0098_0915
    case .powerLineFrequency: 0x0098_0918
    case .whiteBalanceTemperature: 0x0098_091A
    case .sharpness: 0x0098_091B
    case .backlightCompensation: 0x0098_091C
    case .autoExposure: 0x009A_0901
    case .exposureTime: 0x009A_0902
    case .exposureDynamicFramerate: 0x009A_0903
    case .focus: 0x009A_090A
    case .autoFocus: 0x009A_090C
    case .zoom: 0x009A_090D
    case .analogueGain: 0x009E_0903
    case .digitalGain: 0x009F_0905
    }
  }

  init?(id: UInt32) {
    guard let control = Self.allCases.first(where: { $0.id == id }) else { return nil }
    self = control
  }
}
