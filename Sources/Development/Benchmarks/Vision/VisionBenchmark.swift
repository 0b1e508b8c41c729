import Camera
import CanteenCore
import FaceRecognition
public import Foundation

/// The till's work on camera frames, compared with frame loops as people write them in Python.
///
/// The till follows every frame and embeds until it knows who stands there; the loops detect and embed on every frame.
public struct VisionBenchmark {
  /// Where the files and programs are that are compared.
  public struct Places: Sendable {
    public let models: URL
    public let portraits: URL
    public let scenario: URL
    public let peerProgram: String
    public let openCV4Python: String
    public let openCV5Python: String
    public let dlibPython: String

    public init(
      models: URL, portraits: URL, scenario: URL, peerProgram: String, openCV4Python: String,
      openCV5Python: String, dlibPython: String
    ) {
      self.models = models
      self.portraits = portraits
      self.scenario = scenario
      self.peerProgram = peerProgram
      self.openCV4Python = openCV4Python
      self.openCV5Python = openCV5Python
      self.dlibPython = dlibPython
    }
  }

  private static let framesBeside = 300
  /// A turn is one second of camera, so that no side finds its caches full of another's data at every frame.
  private static let framesInTurn = 25
  private static let framesAlone: UInt64 = 1_500

  private let folder: URL
  private let places: Places
  private let progress: @Sendable (String) -> Void

  /// - Parameter folder: takes the raw frames while the peers read them.
  public init(folder: URL, places: Places, progress: @escaping @Sendable (String) -> Void) {
    self.folder = folder
    self.places = places
    self.progress = progress
  }

  public func run() throws -> VisionFigures {
    var figures = VisionFigures()
    figures.engine = RecognitionModels.origin.engine
    let player = try ScenarioPlayer(scenario: Scenario(file: places.scenario), pictures: places.portraits)
    try besidePeers(player, &figures)
    progress("faces from present to decided")
    var till = try VisionPipeline(models: places.models, portraits: places.portraits)
    for number in 0..<Self.framesAlone {
      guard let frame = try player.frame(number) else { break }
      _ = try till.look(at: frame, arrived: player.frameInterval * Int(number))
    }
    figures.visits = till.visits
    figures.identified = till.decisionMilliseconds.count
    figures.embeddingsPerNameP50 = till.embeddingsUntilNamed.quantile(0.5)
    figures.faceToDecisionP50 = till.decisionMilliseconds.quantile(0.5)
    figures.faceToDecisionP95 = till.decisionMilliseconds.quantile(0.95)
    return figures
  }

  private func besidePeers(_ player: ScenarioPlayer, _ figures: inout VisionFigures) throws {
    let film = try Film(of: player, frames: Self.framesBeside, in: folder)
    var peers: [VisionPeer] = []
    for make in [openCV4, openCV5, dlib] {
      do {
        let peer = try make()
        try peer.watch(film)
        peers.append(peer)
      } catch {
        progress("not compared: \(error)")
        figures.missing.append("\(error)")
      }
    }
    defer { for peer in peers { peer.end() } }
    progress("\(film.frames.count) frames, \(peers.count) peers in turns")
    var till = try VisionPipeline(models: places.models, portraits: places.portraits)
    for start in stride(from: 0, to: film.frames.count, by: Self.framesInTurn) {
      let turn = start..<min(start + Self.framesInTurn, film.frames.count)
      for number in turn {
        try till.look(at: film.frames[number], arrived: film.interval * number, number: number)
      }
      for index in peers.indices {
        for number in turn { try peers[index].turn(number) }
      }
    }
    figures.frames = film.frames.count
    figures.framesWithFace = till.framesWithFace.count
    figures.framesEmbedded = till.framesEmbedded.count
    figures.cpuShare = till.times.cpuShare(frameInterval: film.interval)
    figures.followMillisecondsP50 = till.times.wallMilliseconds(
      at: 0.5, of: till.framesWithFace.subtracting(till.framesEmbedded))
    let embedFrame = till.times.wallMilliseconds(at: 0.5, of: till.framesEmbedded)
    figures.embedFrameMillisecondsP50 = embedFrame
    figures.peers = peers.map { peer in
      let median = peer.times.wallMilliseconds(at: 0.5, of: till.framesWithFace)
      return VisionFigures.Peer(
        name: peer.name, frames: peer.times.cpu.count,
        cpuShare: peer.times.cpuShare(frameInterval: film.interval), frameMillisecondsP50: median,
        cpuRatio: till.times.cpuRatio(to: peer.times), latencyRatio: embedFrame / median)
    }
  }

  private func openCV4() throws -> VisionPeer {
    try VisionPeer(
      "opencv-python-headless 4.14", python: places.openCV4Python,
      arguments: [places.peerProgram, "opencv", places.models.path])
  }

  private func openCV5() throws -> VisionPeer {
    try VisionPeer(
      "opencv-python-headless 5.0", python: places.openCV5Python,
      arguments: [places.peerProgram, "opencv", places.models.path])
  }

  private func dlib() throws -> VisionPeer {
    try VisionPeer(
      "face_recognition 1.3 on dlib", python: places.dlibPython,
      arguments: [places.peerProgram, "face_recognition"], everyFrames: 10)
  }
}
