package import GatewayProtocol

/// What tills read by cursor.
package enum CursorStream: String, Sendable, CaseIterable {
  case events
  case library
}

/// How far one till was told of one stream, for judging what it says it knows.
package struct Telling: Sendable, Equatable {
  /// Cursors count only within this epoch.
  package let epoch: StoreEpoch
  /// The highest cursor this till was ever given in this epoch.
  package let told: Int64
  /// The newest cursor of the stream.
  package let last: Int64

  package init(epoch: StoreEpoch, told: Int64, last: Int64) {
    self.epoch = epoch
    self.told = told
    self.last = last
  }
}
