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
    .executable(name: "canteen-simulate", targets: ["canteen-simulate"]),
    .executable(name: "canteen-crash-test", targets: ["canteen-crash-test"]),
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
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // C and C++ shims
    .target(name: "CFaceIndex"),
    .target(name: "CMalloc"),
    .target(name: "CV4L2", linkerSettings: [.linkedLibrary("v4lconvert")]),
    .target(
      name: "CPictures", cxxSettings: optimised,
      linkerSettings: ["turbojpeg", "png", "exif"].map { .linkedLibrary($0) }),
    .target(
      name: "COpenCV", cxxSettings: openCVHeaders + optimised,
      linkerSettings: ["core", "imgproc", "dnn"].map { .linkedLibrary("opencv_\($0)") }),

    // Rules
    .target(name: "CanteenCore", swiftSettings: house),

    // Files that people write
    .target(name: "SettingsFile", dependencies: ["CanteenCore", yaml], swiftSettings: house),
    .target(name: "Roster", dependencies: ["CanteenCore"], swiftSettings: house),

    // Seeing
    .target(
      name: "Imaging", dependencies: ["COpenCV", "CPictures", "CanteenCore"], swiftSettings: houseNearC),
    .target(
      name: "Camera", dependencies: ["CV4L2", "Imaging", "CanteenCore", "SettingsFile"],
      swiftSettings: houseNearC),
    .target(
      name: "FaceRecognition",
      dependencies: ["COpenCV", "Imaging", "CanteenCore", "SettingsFile", crypto],
      swiftSettings: houseNearC),
    // Living faces and artefacts, drawn to measure liveness with
    .target(
      name: "AttackSet",
      dependencies: ["COpenCV", "Imaging", "FaceRecognition", "CanteenCore", "SeededRandom"],
      swiftSettings: houseNearC),

    // Comparing
    .target(name: "FaceIndex", dependencies: ["CFaceIndex", "CanteenCore"], swiftSettings: houseNearC),

    // Keeping
    .target(
      name: "GatewayProtocol", dependencies: ["CanteenCore", crypto, cryptoExtras], swiftSettings: house),
    .target(
      name: "FaceTrial", dependencies: ["CanteenCore", "FaceIndex", "FaceRecognition", "Imaging"],
      swiftSettings: house),
    .target(
      name: "FeatureLibrary", dependencies: ["CanteenCore", "FaceIndex", "GatewayProtocol", grdb, crypto],
      swiftSettings: house),
    .target(
      name: "OrderLedger", dependencies: ["CanteenCore", "GatewayProtocol", grdb, crypto],
      swiftSettings: house),

    // What every daemon of ours needs from its machine
    .target(
      name: "Daemon",
      dependencies: [
        "CMalloc", "CanteenCore", "GatewayProtocol", crypto, hummingbird, httpTypes, logging, nioCore,
        lifecycle,
        unixSignals,
      ], swiftSettings: house),

    // The till
    .target(
      name: "Terminal",
      dependencies: [
        "CanteenCore", "Imaging", "Camera", "FaceRecognition", "FeatureLibrary", "OrderLedger",
        "GatewayProtocol", "Daemon", "SettingsFile", hummingbird, httpClient, crypto, x509, asn1, logging,
        lifecycle, nioCore, nioHTTP1, httpTypes,
      ], swiftSettings: house),

    // The school's back end
    .target(
      name: "WeChatPay",
      dependencies: ["CanteenCore", crypto, cryptoExtras, httpClient, nioCore, nioHTTP1, nioPosix],
      swiftSettings: house),
    .target(name: "Alipay", dependencies: ["CanteenCore"], swiftSettings: house),
    .target(
      name: "Gateway",
      dependencies: [
        "CanteenCore", "GatewayProtocol", "Daemon", "SettingsFile", "Imaging", "FaceRecognition", "WeChatPay",
        grdb, crypto, asn1, x509, hummingbird, httpClient, logging, lifecycle, nioCore, httpTypes,
      ], swiftSettings: house),

    // The platforms' side; imports neither WeChatPay nor Alipay, so that a signing bug cannot cancel itself out
    .target(
      name: "Sandbox",
      dependencies: [hummingbird, crypto, cryptoExtras, logging, lifecycle, nioCore, httpTypes],
      swiftSettings: house),

    // Troubles that come again with their seed
    .target(name: "SeededRandom", swiftSettings: house),

    // All three together, as the demo and the system tests start them
    .target(
      name: "DemoStage", dependencies: [httpClient, nioCore, nioHTTP1, unixSignals], swiftSettings: house),
    .target(
      name: "CrashTest", dependencies: ["DemoStage", "CanteenCore", "SeededRandom"], swiftSettings: house),
    // The installed service on a machine of its own, with a camera that is pulled out and power that is cut
    .target(
      name: "BoxTrial",
      dependencies: [
        "CaptureBench", "Camera", "CanteenCore", "CrashTest", "DemoStage", "Imaging", "SeededRandom",
      ],
      swiftSettings: house),

    // A lunch under virtual time, on disks and a network that fail
    .target(
      name: "Simulation",
      dependencies: [
        "CanteenCore", "GatewayProtocol", "OrderLedger", "Terminal", "Gateway", "Daemon", "FaultyDisk",
        "SeededRandom", crypto,
        logging,
      ], swiftSettings: house),

    // The ledger beside bare SQLite
    .target(
      name: "LedgerBench", dependencies: ["CanteenCore", "GatewayProtocol", "OrderLedger", grdb, crypto],
      swiftSettings: house),

    // The face index beside FAISS and numpy
    .target(name: "CMemoryRead"),
    .target(
      name: "SearchBench",
      dependencies: [
        "CMemoryRead", "CanteenCore", "Daemon", "FaceIndex", "FeatureLibrary", "GatewayProtocol",
        "PeerProcess", "SeededRandom", crypto,
      ], swiftSettings: houseNearC),

    .target(
      name: "MemoryBench",
      dependencies: [
        "CanteenCore", "Daemon", "DemoStage", "FaceRecognition", "FeatureLibrary", "SearchBench",
      ],
      swiftSettings: house),

    // The till's eyes beside frame loops in Python
    .target(name: "PeerProcess", swiftSettings: house),
    .target(
      name: "VisionBench",
      dependencies: ["Camera", "CanteenCore", "FaceIndex", "FaceRecognition", "Imaging", "PeerProcess"],
      swiftSettings: house),

    // A camera's buffer to a frame, beside OpenCV from Python
    .target(
      name: "CaptureBench",
      dependencies: ["COpenCV", "Camera", "CanteenCore", "Imaging", "PeerProcess"], swiftSettings: houseNearC),

    // Programs
    .executableTarget(
      name: "canteen-bench",
      dependencies: [
        "CaptureBench", "DemoStage", "LedgerBench", "MemoryBench", "SearchBench", "Simulation", "VisionBench",
        arguments,
      ], swiftSettings: house),
    .executableTarget(
      name: "canteen-capture", dependencies: ["Camera", "CanteenCore", "CaptureBench", arguments],
      swiftSettings: house),
    .executableTarget(
      name: "canteen-simulate", dependencies: ["Simulation", arguments], swiftSettings: house),
    .executableTarget(
      name: "canteend", dependencies: ["Terminal", "Daemon", "CanteenCore", arguments], swiftSettings: house),
    .executableTarget(
      name: "canteenctl",
      dependencies: [
        "AttackSet", "Camera", "CanteenCore", "FaceRecognition", "FaceTrial", "GatewayProtocol", "Roster",
        "SettingsFile", arguments,
        httpClient, nioCore, nioFoundation, nioHTTP1,
      ], swiftSettings: house),
    .executableTarget(
      name: "canteen-gateway", dependencies: ["Gateway", "Daemon", "CanteenCore", arguments],
      swiftSettings: house),
    .executableTarget(
      name: "canteen-sandbox", dependencies: ["Sandbox", arguments, lifecycle, logging, unixSignals],
      swiftSettings: house),
    .executableTarget(
      name: "canteen-demo", dependencies: ["DemoStage", arguments, unixSignals], swiftSettings: house),
    .executableTarget(
      name: "canteen-crash-test", dependencies: ["CrashTest", "DemoStage", arguments],
      swiftSettings: house),
    .executableTarget(
      name: "canteen-vm-test", dependencies: ["BoxTrial", "DemoStage", arguments],
      swiftSettings: house),

    // Tests
    .target(
      name: "CanteenTestSupport", dependencies: ["CanteenCore"], path: "Tests/CanteenTestSupport",
      swiftSettings: house),
    .target(
      name: "CFaultyDisk", path: "Tests/CFaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "FaultyDisk", dependencies: ["CFaultyDisk"], path: "Tests/FaultyDisk", swiftSettings: houseNearC),
    // What `make test-arm64` runs on both machines
    .executableTarget(
      name: "portrait-template", dependencies: ["FaceRecognition", "CanteenCore", arguments],
      path: "Tests/PortraitTemplate", swiftSettings: house),
    .testTarget(
      name: "CanteenCoreTests", dependencies: ["CanteenCore", "CanteenTestSupport"], swiftSettings: house),
    .target(name: "CFaultyCamera", dependencies: ["CV4L2"], path: "Tests/CFaultyCamera"),
    .testTarget(
      name: "DaemonTests", dependencies: ["Daemon", "CanteenCore", "CanteenTestSupport", logging],
      swiftSettings: house),
    .testTarget(name: "ImagingTests", dependencies: ["Imaging"], swiftSettings: house),
    .testTarget(
      name: "CameraTests",
      dependencies: ["CFaultyCamera", "Camera", "Imaging", "SettingsFile", "CanteenTestSupport"],
      swiftSettings: houseNearC),
    .testTarget(
      name: "FaceRecognitionTests",
      dependencies: ["AttackSet", "FaceRecognition", "Imaging", "CanteenCore", "CanteenTestSupport", crypto],
      swiftSettings: house),
    .testTarget(
      name: "GatewayProtocolTests", dependencies: ["GatewayProtocol", "CanteenTestSupport", crypto],
      swiftSettings: house),
    .testTarget(
      name: "OrderLedgerTests",
      dependencies: ["OrderLedger", "CanteenTestSupport", "FaultyDisk", "GatewayProtocol", crypto, grdb],
      swiftSettings: house),
    .testTarget(
      name: "FaceTrialTests",
      dependencies: ["FaceTrial", "FaceRecognition", "SeededRandom", "CanteenCore", "CanteenTestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "FaceIndexTests", dependencies: ["FaceIndex", "CFaceIndex", "CanteenTestSupport"],
      swiftSettings: houseNearC),
    .testTarget(
      name: "FeatureLibraryTests",
      dependencies: ["FeatureLibrary", "FaceIndex", "CanteenTestSupport", crypto],
      swiftSettings: house),
    .testTarget(
      name: "WeChatPayTests", dependencies: ["WeChatPay", "CanteenCore"], swiftSettings: house),
    .testTarget(
      name: "SandboxTests",
      dependencies: [
        "Sandbox", "WeChatPay", "GatewayProtocol", "CanteenCore", crypto, cryptoExtras, httpClient,
        hummingbird, logging, nioCore, nioHTTP1, httpTypes, yaml,
      ], swiftSettings: house),
    .testTarget(
      name: "GatewayTests",
      dependencies: [
        "Gateway", "Daemon", "GatewayProtocol", "CanteenCore", "FaceRecognition", "CanteenTestSupport",
        crypto, x509, asn1, logging, grdb,
      ], swiftSettings: house),
    .testTarget(
      name: "TerminalTests",
      dependencies: [
        "Terminal", "Camera", "Daemon", "Imaging", "OrderLedger", "GatewayProtocol", "CanteenCore",
        "SettingsFile", "CanteenTestSupport", crypto, grdb, hummingbird, hummingbirdTesting, logging, nioCore,
      ], swiftSettings: house),
    .testTarget(
      name: "SettingsFileTests", dependencies: ["SettingsFile", "CanteenTestSupport"], swiftSettings: house),
    .testTarget(
      name: "RosterTests", dependencies: ["Roster", "CanteenCore", "CanteenTestSupport"], swiftSettings: house
    ),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation", "CanteenTestSupport"], swiftSettings: house),
    .testTarget(
      name: "CrashTestTests", dependencies: ["CrashTest", "DemoStage", "CanteenCore"], swiftSettings: house),
    .testTarget(
      name: "BoxTrialTests",
      dependencies: ["BoxTrial", "Camera", "DemoStage", "Imaging", "CanteenTestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "SystemTests",
      dependencies: [
        "AttackSet", "CrashTest", "DemoStage", "FaceRecognition", "Imaging", "CanteenTestSupport", "canteend",
        "canteenctl", "canteen-gateway", "canteen-sandbox",
      ], swiftSettings: house),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17,
  cxxLanguageStandard: .cxx17
)
