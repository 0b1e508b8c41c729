import Concurrency
import Testing

@Suite(.timeLimit(.minutes(5))) struct BroadcastTests {
  @Test func `A listener hears the latest value at once and then each newer one`() async {
    let numbers = Broadcast(1)
    var heard = numbers.values().makeAsyncIterator()
    #expect(await heard.next() == 1)
    numbers.send(2)
    #expect(await heard.next() == 2)
    numbers.update { $0 += 5 }
    #expect(await heard.next() == 7)
  }

  @Test func `A slow listener misses what lies between, never the last`() async {
    let numbers = Broadcast(0)
    var heard = numbers.values().makeAsyncIterator()
    for number in 1...100 { numbers.send(number) }
    #expect(await heard.next() == 100)
  }

  @Test func `Of values sent at once the one that stays is the one heard last`() async {
    for _ in 0..<300 {
      let numbers = Broadcast(0)
      var heard = numbers.values().makeAsyncIterator()
      await withDiscardingTaskGroup { group in
        for sender in 1...8 { group.addTask { for step in 0..<20 { numbers.send(sender * 100 + step) } } }
      }
      #expect(await heard.next() == numbers.latest)
    }
  }

  @Test func `Nothing that is counted at once is lost`() async {
    let count = Broadcast(0)
    await withDiscardingTaskGroup { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<500 { count.increment() } } }
    }
    #expect(count.latest == 4_000)
  }

  @Test func `Who listens no more is forgotten`() async {
    let numbers = Broadcast(0)
    do {
      var heard = numbers.values().makeAsyncIterator()
      _ = await heard.next()
      #expect(numbers.listenerCount == 1)
    }
    #expect(numbers.listenerCount == 0)
  }
}
