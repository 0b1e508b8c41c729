/// The two people most similar to a face; people, not templates.
public struct TopTwo<Owner: Hashable & Sendable>: Sendable, Equatable {
  public struct Candidate: Sendable, Equatable {
    public let owner: Owner
    /// Of the best of their templates, -1 … 1.
    public let cosine: Float
  }

  /// nil when the index is empty.
  public let best: Candidate?
  /// nil when fewer than two people have templates.
  public let runnerUp: Candidate?
}
