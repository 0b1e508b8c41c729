package import CanteenCore
package import GatewayProtocol
package import GatewayStore

/// Delivers events to tills, by cursor.
package struct EventDelivery: Sendable {
  private let store: any EventStore
  private let places: ReadingPlaces

  package init(store: any EventStore) {
    self.store = store
    places = ReadingPlaces(store: store)
  }

  /// The events for a till after the place that it has read up to.
  package func events(for terminal: TerminalID, from place: StorePlace) async throws -> TerminalEvents {
    try await events(for: terminal, saying: .aware(place))
  }

  /// - Parameter wait: called once when there are no events, before the store is asked again.
  func events(
    for terminal: TerminalID, saying said: SaidPlace,
    waiting wait: (_ after: Int64) async throws -> Void = { _ in }
  ) async throws -> TerminalEvents {
    var hasWaited = false
    while true {
      guard let place = try await places.place(in: .events, for: terminal, saying: said) else {
        return TerminalEvents(items: [], cursor: 0)
      }
      let events = try await store.events(for: terminal, after: place.after)
      if events.items.isEmpty, !place.isAnew, !hasWaited {
        hasWaited = true
        try await wait(place.after)
        continue
      }
      if try await places.note(told: events.cursor, of: .events, to: terminal, from: place) {
        return TerminalEvents(
          items: events.items, cursor: events.cursor, epoch: place.epoch, after: place.after)
      }
    }
  }
}

extension EventStore {
  /// Events for one till after a cursor of the present epoch.
  package func events(for terminal: TerminalID, after cursor: Int64, atMost count: Int = 200) async throws
    -> TerminalEvents
  {
    let stored = try await storedEvents(for: terminal, after: cursor, atMost: count)
    return TerminalEvents(
      items: stored.map { event in
        switch event.content {
        case .told(let event): event
        case .spending(let user, let day, let orders):
          .spentElsewhere(SpentElsewhere(of: user, on: day, orders, elsewhereThan: terminal))
        }
      }, cursor: stored.last?.cursor ?? cursor)
  }
}
