import CanteenCore

/// What is to happen, in the order of time; events due at the same moment come in the order they were added.
struct Agenda<Event> {
  private struct Item {
    let at: MonotonicInstant
    let number: Int
    let event: Event

    func isBefore(_ other: Item) -> Bool { (at, number) < (other.at, other.number) }
  }

  private var heap: [Item] = []
  private var count = 0

  mutating func add(_ event: Event, at time: MonotonicInstant) {
    count += 1
    heap.append(Item(at: time, number: count, event: event))
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (at: MonotonicInstant, event: Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (first.at, first.event)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
