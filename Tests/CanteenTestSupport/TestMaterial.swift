public import Foundation

/// Models, portraits and tools that `make test` fetches and names in the environment. A test that needs one fails
/// without it; none is skipped.
public enum TestMaterial: String {
  case models = "CANTEEN_MODELS_DIR"
  case portraits = "CANTEEN_PORTRAITS_DIR"
  case openCVPython = "CANTEEN_OPENCV_PYTHON"
  case apiPython = "CANTEEN_API_PYTHON"

  public func url() throws -> URL {
    guard let path = ProcessInfo.processInfo.environment[rawValue],
      FileManager.default.fileExists(atPath: path)
    else { throw TestMaterialMissing(variable: rawValue) }
    return URL(filePath: path)
  }

  public static func portrait(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: portraits.url().appending(path: name)))
  }

  /// A file of the project itself.
  public static func project(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: path)
  }
}

public struct TestMaterialMissing: Error, CustomStringConvertible {
  let variable: String

  public var description: String { "\(variable) is not set or names nothing; run the tests by `make test`." }
}
