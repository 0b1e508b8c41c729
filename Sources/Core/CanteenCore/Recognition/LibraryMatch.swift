/// The most similar persons of the library for one face; persons, not templates.
public struct LibraryMatch: Sendable, Equatable {
  public struct Candidate: Sendable, Equatable {
    public let person: LibraryPerson
    /// The best of the person's templates.
    public var cosine: Float

    public init(person: LibraryPerson, cosine: Float) {
      self.person = person
      self.cosine = cosine
    }
  }

  public var best: Candidate?
  /// The best *other* person.
  public var runnerUp: Candidate?
  /// People whom the gateway found too like ``best`` to be told apart by their faces.
  public let lookAlikes: [LibraryPerson]
  public let libraryVersion: Int64

  public init(
    best: Candidate?, runnerUp: Candidate?, lookAlikes: [LibraryPerson] = [], libraryVersion: Int64
  ) {
    self.best = best
    self.runnerUp = runnerUp
    self.lookAlikes = lookAlikes
    self.libraryVersion = libraryVersion
  }
}
