import TillAPI
import CanteenCore
import FaceRecognition
import FeatureLibrary
import Foundation
public import Stage
import SystemService

/// The memory a real till takes while it sells to a school of 20,000 people with three templates each.
///
/// The stage's till is paired, stopped, given the library and started again without a gateway: it sells offline to
/// the pupils of the replayed camera among 20,000 others.
public struct MemoryBenchmark {
  private static let people = 20_000
  private static let batch = 1_000
  private static let selling: Duration = .seconds(20)

  private let plan: StagePlan
  private let progress: @Sendable (String) -> Void

  /// - Parameter plan: with one till.
  public init(plan: StagePlan, progress: @escaping @Sendable (String) -> Void) {
    self.plan = plan
    self.progress = progress
  }

  public func run() async throws -> MemoryFigures {
    let stage = DemoStage(plan: plan, progress: progress)
    do {
      try await stage.setUp()
      try await stage.kill([.terminal, .gateway])
      progress("giving the till \(Self.people) people")
      try fillLibrary()
      try await stage.restart(.terminal)
      progress("selling to them for \(Self.selling.components.seconds) s")
      try await Task.sleep(for: Self.selling)
      let till = try await stage.tillStatus()
      await stage.stop()
      return MemoryFigures(of: till)
    } catch {
      await stage.stop()
      throw error
    }
  }

  private func fillLibrary() throws {
    struct Identity: Decodable { let organization: OrganizationID }
    let state = plan.folder.appending(path: "till")
    let identity = try JSONDecoder().decode(
      Identity.self, from: Data(contentsOf: state.appending(path: "identity.json")))
    let library = try FeatureLibrary(
      path: state.appending(path: "library.sqlite").path, organization: identity.organization,
      origin: RecognitionModels.origin,
      key: KeyStore(folder: state.appending(path: "keys")).symmetricKey(named: "library"))
    var school = SchoolOfFaces()
    for start in stride(from: 0, to: Self.people, by: Self.batch) {
      try library.apply(
        school.batch(
          of: start..<start + Self.batch, at: identity.organization, madeBy: RecognitionModels.origin,
          after: library.version))
    }
  }
}

/// A till among the people of ``MemoryBenchmark``.
public struct MemoryFigures: Sendable, Encodable {
  public let people: Int
  /// Faces identified among all of them during the measurement.
  public let identified: Int
  /// Peak resident memory since the end of the start-up, as the till reports it.
  public let peakMemoryMegabytes: Double

  init(of till: TillStatus) {
    people = till.people
    identified = till.counts.identified
    peakMemoryMegabytes = till.process.peakMemoryMegabytes.rounded()
  }

  private enum CodingKeys: String, CodingKey {
    case people
    case identified
    case peakMemoryMegabytes = "peak_rss_mb"
  }
}
