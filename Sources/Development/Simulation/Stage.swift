import Foundation

/// Plays lunches in a folder of their own, and finds the smallest one that still goes wrong.
public enum Stage {
  /// In memory where the machine offers it: power cuts are simulated, so no disk has to be waited for.
  private static var place: URL {
    let memory = URL(filePath: "/dev/shm")
    return FileManager.default.isWritableFile(atPath: memory.path)
      ? memory : FileManager.default.temporaryDirectory
  }

  public static func play(_ plan: LunchPlan) async throws -> LunchResult {
    let folder = place.appending(path: "canteen-lunch-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try await Lunch.run(plan, in: folder)
  }

  /// Leaves out students, tills and kinds of trouble as long as the lunch stays unsound.
  public static func shrink(_ plan: LunchPlan) async throws -> (LunchPlan, LunchResult) {
    var (smallest, result) = (plan, try await play(plan))
    guard !result.isSound else { return (smallest, result) }
    func keep(_ change: (inout LunchPlan) -> Void) async throws -> Bool {
      var candidate = smallest
      change(&candidate)
      guard candidate != smallest else { return false }
      let other = try await play(candidate)
      guard !other.isSound else { return false }
      (smallest, result) = (candidate, other)
      return true
    }
    for trouble in Trouble.allCases { _ = try await keep { $0.troubles.remove(trouble) } }
    while smallest.tills > 1, try await keep({ $0.tills -= 1 }) {}
    while smallest.students > 1, try await keep({ $0.students /= 2 }) {}
    return (smallest, result)
  }
}
