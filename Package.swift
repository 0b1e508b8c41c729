// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target compiles under the same rules; a warning is an error.
let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// Targets that touch C must mark each unsafe expression.
let houseNearC: [SwiftSetting] = house + [.strictMemorySafety()]

/// `-iwithsysroot` finds Debian's headers on the host and inside an arm64 sysroot alike.
let openCVHeaders: [CXXSetting] = [.unsafeFlags(["-iwithsysroot", "/usr/include/opencv4"])]
/// Loops over pixels take thirty times as long without, and tests are built for debugging.
let optimised: [CXXSetting] = [.unsafeFlags(["-O2"])]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioFoundation: Target.Dependency = .product(name: "NIOFoundationCompat", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
  name: "canteen-terminal",
  products: [
    .executable(name: "canteend", targets: ["canteend"]),
    .executable(name: "canteenctl", targets: ["canteenctl"]),
    .executable(name: "canteen-gateway", targets: ["canteen-gateway"]),
    .executable(name: "canteen-sandbox", targets: ["canteen-sandbox"]),
    .executable(name: "canteen-demo", targets: ["canteen-demo"]),
    .executable(name: "canteen-bench", targets: ["canteen-bench"]),
    .executable(name: "canteen-capture", targets: ["canteen-capture"]),
    .executable(name: "canteen-evaluate-liveness", targets: ["canteen-evaluate-liveness"]),
    .executable(name: "canteen-simulate", targets: ["canteen-simulate"]),
    .executable(name: "canteen-crash-test", targets: ["canteen-crash-test"]),
    .executable(name: "canteen-theatre", targets: ["canteen-theatre"]),
    .executable(name: "canteen-vm-test", targets: ["canteen-vm-test"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // Core: values and rules, and what every other room needs
    .room("CanteenCore", in: "Core"),
    .room("Concurrency", in: "Core"),
    .room("StrictDecoding", in: "Core", ["CanteenCore"]),
    .room("Settings", in: "Core", ["StrictDecoding", yaml]),
    .room("Roster", in: "Core", ["CanteenCore"]),

    // Shims: C and C++ behind C headers
    .target(name: "CFaceIndex", path: "Sources/Shims/CFaceIndex"),
    .target(name: "CMalloc", path: "Sources/Shims/CMalloc"),
    .target(
      name: "CV4L2", path: "Sources/Shims/CV4L2", linkerSettings: [.linkedLibrary("v4lconvert")]),
    .target(
      name: "CPictures", path: "Sources/Shims/CPictures", cxxSettings: optimised,
      linkerSettings: ["turbojpeg", "png", "exif"].map { .linkedLibrary($0) }),
    .target(
      name: "COpenCV", path: "Sources/Shims/COpenCV", cxxSettings: openCVHeaders + optimised,
      linkerSettings: ["core", "imgproc", "dnn"].map { .linkedLibrary("opencv_\($0)") }),

    // Vision: from the camera's buffer to a name
    .room("Imaging", in: "Vision", ["COpenCV", "CPictures", "CanteenCore"], nearC: true),
    .room(
      "Camera", in: "Vision", ["CV4L2", "Imaging", "CanteenCore", "Concurrency", "Settings"], nearC: true),
    .room(
      "FaceRecognition", in: "Vision", ["COpenCV", "Imaging", "CanteenCore", "Settings", crypto], nearC: true),
    .room("FaceIndex", in: "Vision", ["CFaceIndex", "CanteenCore"], nearC: true),
    .room("FeatureLibrary", in: "Vision", ["CanteenCore", "FaceIndex", "GatewayProtocol", grdb, crypto]),
    .room("RecognitionEvaluation", in: "Vision", ["CanteenCore", "FaceIndex", "FaceRecognition", "Imaging"]),

    // Payments: orders and the platforms that settle them
    .room(
      "OrderLedger", in: "Payments",
      ["CanteenCore", "Concurrency", "GatewayProtocol", "TillAPI", grdb, crypto]),
    .room("PaymentPlatform", in: "Payments", ["CanteenCore"]),
    .room(
      "WeChatPay", in: "Payments",
      [
        "CanteenCore", "PaymentPlatform", "StrictDecoding", crypto, cryptoExtras, httpClient, nioCore,
        nioHTTP1,
        nioPosix,
      ]),

    // Wire: what programs say to each other
    .room("GatewayProtocol", in: "Wire", ["CanteenCore", crypto, cryptoExtras]),
    .room("TillAPI", in: "Wire", ["CanteenCore"]),

    // Service: what every daemon needs from HTTP and from its machine
    .room(
      "HTTPService", in: "Service",
      [
        "CanteenCore", "GatewayProtocol", "StrictDecoding", hummingbird, httpTypes, logging, nioCore,
        nioPosix,
      ]),
    .room("Identity", in: "Service", ["CanteenCore", crypto, x509, asn1]),
    .room(
      "SystemService", in: "Service",
      ["CMalloc", "CanteenCore", crypto, logging, lifecycle, unixSignals]),

    // The till
    .room(
      "Terminal", in: nil,
      [
        "CanteenCore", "Concurrency", "Imaging", "Camera", "FaceRecognition", "FeatureLibrary", "OrderLedger",
        "GatewayProtocol", "HTTPService", "Identity", "SystemService", "Settings", "TillAPI", hummingbird,
        httpClient, crypto, x509, asn1, logging, lifecycle, nioCore, nioHTTP1, nioSSL, httpTypes,
      ]),

    // The school's back end
    .room("GatewayStore", in: nil, ["CanteenCore", "GatewayProtocol", grdb, crypto]),
    .room(
      "Gateway", in: nil,
      [
        "CanteenCore", "Concurrency", "GatewayProtocol", "GatewayStore", "HTTPService", "SystemService",
        "Settings", "Identity", "Imaging", "FaceRecognition", "PaymentPlatform", "WeChatPay", crypto, asn1,
        x509, hummingbird, hummingbirdTLS, nioSSL, httpClient,
        logging, lifecycle,
        nioCore, httpTypes,
      ]),

    // The platforms' side; imports no platform of ours, so that a signing bug cannot cancel itself out
    .room("Sandbox", in: nil, [hummingbird, crypto, cryptoExtras, logging, lifecycle, nioCore, httpTypes]),

    // What is installed
    .program("canteend", ["Terminal", "SystemService", "CanteenCore", "TillAPI", arguments]),
    .program(
      "canteenctl",
      [
        "Camera", "CanteenCore", "FaceRecognition", "GatewayProtocol", "RecognitionEvaluation", "Roster",
        "Settings", "TillAPI", arguments, httpClient, nioCore, nioFoundation, nioHTTP1,
      ]),
    .program("canteen-gateway", ["Gateway", "SystemService", "CanteenCore", arguments]),
    .program("canteen-sandbox", ["Sandbox", arguments, lifecycle, logging, unixSignals]),

    // Development: the instruments that prove and measure the product; nothing of it is installed
    .target(
      name: "CFaultyDisk", path: "Sources/Development/CFaultyDisk",
      linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "CFaultyCamera", dependencies: ["CV4L2"], path: "Sources/Development/CFaultyCamera"),
    .target(name: "CMemoryRead", path: "Sources/Development/CMemoryRead"),
    .target(
      name: "CScenes", dependencies: ["COpenCV"], path: "Sources/Development/CScenes",
      cxxSettings: openCVHeaders + optimised + [.headerSearchPath("../../Shims/COpenCV")]),
    .room("FaultInjection", in: "Development", ["CFaultyDisk"], nearC: true),
    .room(
      "RecognitionTrials", in: "Development",
      [
        "COpenCV", "CScenes", "Imaging", "FaceRecognition", "CanteenCore", "FaultInjection",
        "GatewayProtocol",
        "Concurrency", "OrderLedger", "Terminal", "TillAPI", crypto, logging,
      ], nearC: true),
    .room(
      "Stage", in: "Development",
      ["CanteenCore", "GatewayProtocol", "TillAPI", httpClient, nioCore, nioHTTP1, unixSignals]),
    .room(
      "Simulation", in: "Development",
      [
        "CanteenCore", "Concurrency", "FaultInjection", "Gateway", "GatewayProtocol", "GatewayStore",
        "HTTPService", "TillAPI", "OrderLedger", "PaymentPlatform", "Terminal",
        crypto, logging,
      ]),
    .room(
      "Benchmarks", in: "Development",
      [
        "CMemoryRead", "COpenCV", "Camera", "CanteenCore", "Concurrency", "FaceIndex", "FaceRecognition",
        "FaultInjection", "FeatureLibrary", "Gateway", "GatewayProtocol", "GatewayStore", "Imaging",
        "OrderLedger",
        "PaymentPlatform", "Stage", "SystemService", "TillAPI", crypto, grdb, logging,
      ], nearC: true),
    .room(
      "SystemTrials", in: "Development",
      [
        "Benchmarks", "Camera", "CanteenCore", "FaultInjection", "GatewayProtocol", "Imaging", "Stage",
        "TillAPI",
      ]),
    .instrument("canteen-bench", ["Benchmarks", "Imaging", "Simulation", "Stage", arguments]),
    .instrument("canteen-capture", ["Benchmarks", "Camera", "CanteenCore", "Imaging", arguments]),
    .instrument("canteen-crash-test", ["Stage", "SystemTrials", arguments]),
    .instrument("canteen-demo", ["CanteenCore", "Stage", "TillAPI", arguments, unixSignals]),
    .instrument(
      "canteen-evaluate-liveness",
      ["CanteenCore", "FaceRecognition", "Imaging", "RecognitionTrials", arguments]),
    .instrument(
      "canteen-rehearsal-gateway", ["Gateway", "SystemService", "CanteenCore", "PaymentPlatform", arguments]),
    .instrument("canteen-simulate", ["Simulation", arguments]),
    .instrument("canteen-theatre", ["FaceRecognition", "RecognitionTrials", arguments]),
    .instrument("canteen-vm-test", ["Stage", "SystemTrials", arguments]),
    // What `make test-arm64` runs on both machines
    .instrument("portrait-template", ["FaceRecognition", "CanteenCore", arguments]),

    // Tests
    .target(
      name: "CanteenTestSupport", dependencies: ["CanteenCore"], path: "Tests/CanteenTestSupport",
      swiftSettings: house),
    // Suites that several test targets run; they need what only tests are built with.
    .testTarget(
      name: "PaymentPlatformConformance", dependencies: ["CanteenCore", "PaymentPlatform"],
      path: "Tests/PaymentPlatformConformance", swiftSettings: house),
    .testTarget(
      name: "GatewayStoreConformance",
      dependencies: ["CanteenCore", "CanteenTestSupport", "GatewayProtocol", "GatewayStore", crypto],
      path: "Tests/GatewayStoreConformance", swiftSettings: house),
    .target(
      name: "OpenAPIDescription", dependencies: [hummingbird, yaml], path: "Tests/OpenAPIDescription",
      swiftSettings: house),
    .tests(of: "CanteenCore"),
    .tests(of: "Concurrency", ["CanteenCore"]),
    .tests(of: "StrictDecoding"),
    .tests(of: "Settings"),
    .tests(of: "Roster", ["CanteenCore"]),
    .tests(of: "Imaging"),
    .tests(of: "Camera", ["CFaultyCamera", "Imaging", "Settings"], nearC: true),
    .tests(of: "FaceRecognition", ["Imaging", "CanteenCore", "RecognitionTrials", crypto]),
    .tests(of: "FaceIndex", ["CFaceIndex"], nearC: true),
    .tests(of: "FeatureLibrary", ["FaceIndex", "GatewayProtocol", crypto]),
    .tests(of: "RecognitionEvaluation", ["CanteenCore", "FaceRecognition", "FaultInjection"]),
    .tests(of: "OrderLedger", ["FaultInjection", "GatewayProtocol", "TillAPI", crypto, grdb]),
    .tests(of: "WeChatPay", ["CanteenCore", "PaymentPlatform", crypto]),
    .tests(of: "GatewayProtocol", [crypto]),
    .tests(of: "HTTPService", [hummingbird, httpClient, logging, nioCore, nioPosix]),
    .tests(of: "Identity", ["CanteenCore", crypto, x509, asn1]),
    .tests(of: "SystemService", ["CanteenCore", crypto, logging]),
    .tests(
      of: "Terminal",
      [
        "Camera", "CanteenCore", "Concurrency", "FaceRecognition", "GatewayProtocol", "HTTPService",
        "Imaging", "OpenAPIDescription", "OrderLedger", "Settings", "SystemService", "TillAPI", crypto, x509,
        asn1, grdb,
        httpTypes, hummingbird, hummingbirdTesting, logging, nioCore,
      ]),
    .tests(of: "GatewayStore", ["GatewayStoreConformance"]),
    .tests(
      of: "Gateway",
      [
        "CanteenCore", "Concurrency", "FaceRecognition", "FeatureLibrary", "GatewayProtocol", "GatewayStore",
        "HTTPService", "Identity", "OpenAPIDescription", "OrderLedger", "PaymentPlatform", "Settings",
        "SystemService", "Terminal", "TillAPI", crypto, x509, asn1, logging, grdb, httpClient, hummingbird,
        hummingbirdTesting, lifecycle, httpTypes, nioCore, nioHTTP1, nioPosix, nioSSL,
      ]),
    .tests(
      of: "Sandbox",
      [
        "CanteenCore", "GatewayProtocol", "PaymentPlatform", "PaymentPlatformConformance", "WeChatPay",
        crypto,
        cryptoExtras, httpClient, hummingbird, logging,
        nioCore, nioHTTP1, httpTypes, yaml,
      ]),
    .tests(of: "Simulation", ["CanteenCore", "PaymentPlatform", "PaymentPlatformConformance"]),
    // Files of earlier versions
    .testTarget(
      name: "CompatibilityTests",
      dependencies: [
        "CanteenCore", "CanteenTestSupport", "FeatureLibrary", "Gateway", "GatewayProtocol", "GatewayStore",
        "OrderLedger", "TillAPI", crypto, grdb,
      ], exclude: ["version-1"], swiftSettings: house),
    .tests(of: "SystemTrials", ["Camera", "CanteenCore", "Imaging", "Stage"]),
    // The programs themselves, started as users start them
    .testTarget(
      name: "SystemTests",
      dependencies: [
        "CanteenCore", "CanteenTestSupport", "FaceRecognition", "GatewayProtocol", "Imaging",
        "RecognitionTrials", "Stage", "SystemTrials", "TillAPI",
        "canteend", "canteenctl", "canteen-gateway", "canteen-rehearsal-gateway", "canteen-sandbox",
      ], swiftSettings: house),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17,
  cxxLanguageStandard: .cxx17
)

extension Target {
  /// A library of ours; `folder` is the part of the house it stands in.
  static func room(
    _ name: String, in folder: String?, _ dependencies: [Dependency] = [], nearC: Bool = false
  ) -> Target {
    .target(
      name: name, dependencies: dependencies,
      path: ["Sources", folder, name].compactMap(\.self).joined(separator: "/"),
      swiftSettings: nearC ? houseNearC : house)
  }

  /// A program that packages bring.
  static func program(_ name: String, _ dependencies: [Dependency]) -> Target {
    .executableTarget(
      name: name, dependencies: dependencies, path: "Sources/Programs/\(name)", swiftSettings: house)
  }

  /// A program that stays where the project is developed.
  static func instrument(_ name: String, _ dependencies: [Dependency]) -> Target {
    .executableTarget(
      name: name, dependencies: dependencies, path: "Sources/Development/Programs/\(name)",
      swiftSettings: house)
  }

  static func tests(of name: String, _ others: [Dependency] = [], nearC: Bool = false) -> Target {
    .testTarget(
      name: "\(name)Tests", dependencies: [.byName(name: name), "CanteenTestSupport"] + others,
      swiftSettings: nearC ? houseNearC : house)
  }
}
