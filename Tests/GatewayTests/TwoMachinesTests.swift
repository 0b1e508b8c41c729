import AsyncHTTPClient
import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import Foundation
import GRDB
import GatewayProtocol
import GatewayStore
import Hummingbird
import Identity
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import X509

@testable import Gateway
@testable import Terminal

/// A till and its gateway over TLS, and whoever else tries to be one of them.
@Suite(.timeLimit(.minutes(2)))
struct TwoMachinesTests {
  private let gateway: ServedGateway
  private let box: TestBox

  init() throws {
    gateway = try ServedGateway()
    box = try TestBox()
  }

  private func code(_ name: String = "till-1", replacing: Bool = false, of other: ServedGateway? = nil)
    async throws -> String
  {
    try await (other ?? gateway).routes.pairing.pairing.makeCode(for: TerminalID(name), replacing: replacing)
      .code
  }

  private func reason(_ work: () async throws -> Void) async -> RefusalReason? {
    do {
      try await work()
      return nil
    } catch let refusal as Refusal {
      if case .known(let reason) = refusal.code { return reason }
      return nil
    } catch {
      Issue.record(error)
      return nil
    }
  }

  private func fault(_ work: () async throws -> Void) async -> CertificateFault? {
    do {
      try await work()
      return nil
    } catch let error as GatewayNotTrusted {
      return error.fault
    } catch {
      Issue.record(error)
      return nil
    }
  }

  private func call(_ client: GatewayClient) async throws {
    #expect(try await client.ownEntries(after: 0).isEmpty)
  }

  // MARK: Pairing

  @Test func `A box pairs by its code and calls with its certificate`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code().lowercased())
      #expect(try box.identity.gateway.port == ports.tills)
      try await call(box.client())
      try await call(box.client { gateway.wallClock.now() })
    }
  }

  @Test func `A code is told to nobody but the gateway that made it`() async throws {
    let fake = try ServedGateway()
    let code = try await code()
    // One that only listens there, and one that passes on who the real one says it is.
    let relaying = GatewayRoutes(
      terminals: fake.routes.terminals,
      pairing: PairingRoutes(pairing: fake.routes.pairing.pairing, authority: gateway.authority),
      admin: fake.routes.admin, money: fake.routes.money, certificate: fake.routes.certificate,
      ports: ListenerPorts(tills: 0, pairing: 0), key: fake.gatewayKey, logger: silence)
    try await fake.running { ports in
      await #expect(throws: PairingError.otherGateway("127.0.0.1")) {
        try await box.pair(at: ports.pairing, code: code)
      }
    }
    try await fake.running(relaying) { ports in
      #expect(await fault { try await box.pair(at: ports.pairing, code: code) } == .wrongAuthority)
    }
    let now = gateway.wallClock.now()
    let tried = try await fake.store.countTry(at: now, since: now.advanced(by: .seconds(-3_600)))
    #expect(tried.others.isEmpty, "the fake gateway never saw the code")
    try await gateway.running { ports in try await box.pair(at: ports.pairing, code: code) }
  }

  @Test func `What answers is named: nobody, a web page, a program without TLS`() async throws {
    let portal = Router()
    portal.get("**") { _, _ in "<html>Welcome to our network</html>" }
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: portal, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: silence)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      let port = try #require(await ports.first { _ in true })
      let refusal = await #expect(throws: GatewayUnreachable.self) {
        try await box.pair(at: port, code: code())
      }
      #expect(refusal?.cause == .noTLS && refusal?.wasSent == false)
      group.cancelAll()
    }
    let nobody = await #expect(throws: GatewayUnreachable.self) { try await box.pair(at: 1, code: code()) }
    #expect(nobody?.cause == .refused && nobody?.wasSent == false)
    let nowhere = await #expect(throws: GatewayUnreachable.self) {
      try await box.pair(at: 1, host: "no-such-host.invalid", code: code())
    }
    #expect(nowhere?.cause == .nameUnknown)
    await #expect(throws: PairingError.notAnAddress("http://127.0.0.1:8780")) {
      try await box.pair(at: 8780, host: "http://127.0.0.1", code: code())
    }
  }

  @Test func `An answer that the gateway did not sign with the key of the pairing is not believed`()
    async throws
  {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      var other = try box.client()
      other.gatewayKey = P256.Signing.PrivateKey().publicKey
      await #expect(throws: AnswerNotSigned.self) { try await call(other) }
      // Refusals are signed, too: they can stop a till.
      try await gateway.routes.pairing.pairing.revoke(TerminalID("till-1"))
      await #expect(throws: AnswerNotSigned.self) { try await call(other) }
      #expect(await reason { try await call(box.client()) } == .revoked)
    }
  }

  // MARK: Whoever wants to be a till

  @Test func `Nobody is a till without its certificate and key`() async throws {
    let (other, stranger) = (try ServedGateway(), try TestBox())
    try await other.running { ports in
      try await stranger.pair(at: ports.pairing, code: code("till-1", of: other))
    }
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let nameless = GatewayClient(
        connections: try GatewayConnections(
          to: box.identity.gateway, trusting: box.identity.trust(), now: { nil }),
        terminal: try TerminalID("till-1"), wallClock: box.wallClock)
      #expect(await reason { try await call(nameless) } == .noCertificate)
      // The header of earlier versions says nothing here.
      var request = nameless.connections.call("v1/ledger?after=0").request
      request.headers.add(name: TerminalHeader.name, value: "till-1")
      #expect(try await nameless.connections.execute(request, timeout: .seconds(10)).status == .unauthorized)
      let foreign = try box.client(showing: stranger.identity.certificate, key: stranger.keys.device)
      #expect(await reason { try await call(foreign) } == .foreignCertificate)
      // The header is of no use on the gateway's own machine either, once the till has a certificate.
      let local = GatewayClient(
        connections: try GatewayConnections(
          to: #require(URL(string: "http://127.0.0.1:\(ports.office)")), trusting: .plain, now: { nil }),
        terminal: try TerminalID("till-1"), wallClock: box.wallClock)
      #expect(await reason { try await call(local) } == .noCertificate)
    }
  }

  @Test func `A till that is revoked hears nothing more, not even what it waits for`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let client = try box.client()
      try await call(client)
      try await withThrowingTaskGroup(of: RefusalReason?.self) { group in
        group.addTask {
          await reason { _ = try await client.events(from: .start, wait: 50) }
        }
        try await until { gateway.eventsWritten.listenerCount > 0 }
        try await gateway.routes.pairing.pairing.revoke(TerminalID("till-1"))
        try await gateway.store.save(
          Operator(id: OperatorID("anna"), name: "Anna", role: .cashier, pin: PINHash("2468")))
        gateway.eventsWritten.increment()
        #expect(try await group.next() == .revoked)
      }
      #expect(await reason { try await call(client) } == .revoked)
      #expect(client.isRevoked.latest, "whoever sells hears of it")
    }
  }

  @Test func `The old box is out once a new one has its name, and the new one knows its ledger's keys`()
    async throws
  {
    let new = try TestBox()
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let old = try box.client()
      try await call(old)
      try await new.pair(at: ports.pairing, code: code(replacing: true))
      #expect(await reason { try await call(old) } == .revoked)
      try await call(new.client())
      #expect(try new.identity.formerKeys == [FormerKey(key: box.keys.device.publicKey, through: 0)])
    }
  }

  // MARK: Time

  @Test func `A box without a clock judges dates once it knows the time`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let time = ManualWallClock(gateway.wallClock.now().advanced(by: .seconds(90 * 86_400)))
      let isKnown = Broadcast(false)
      let client = try box.client { isKnown.latest ? time.now() : nil }
      try await call(client)
      isKnown.send(true)
      try await call(client)
      client.connections.timeIsKnown()
      let until = gateway.wallClock.now().advanced(by: .seconds(60 * 86_400))
      #expect(await fault { try await call(client) } == .expired(until))
      // Of course the gateway would show a new one by then.
      gateway.wallClock.advance(by: .seconds(90 * 86_400))
      #expect(
        await reason { try await call(client) } == .certificateExpired, "now the till's own has expired")
    }
  }

  @Test func `A certificate that is for another name says for which`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      // The same machine by a name that it does not know.
      let elsewhere = try box.client(to: Pairing.address(of: "127.1:\(ports.tills)"))
      guard case .wrongName(let names) = await fault({ try await call(elsewhere) }) else {
        Issue.record("the name was not looked at")
        return
      }
      #expect(names.contains("127.0.0.1") && names.contains("gateway.test"))
    }
  }

  // MARK: Renewal

  @Test func `A certificate is renewed by itself, also months after it expired`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let first = try box.identity.certificate
      gateway.wallClock.advance(by: .seconds(100 * 86_400))
      let (keeper, client, kept) = try box.keeper(box.till())
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await keeper.run() }
        #expect(await reason { try await call(client) } == .certificateExpired)
        try await until { kept.current.certificate != first }
        try await until { await reason { try await call(client) } == nil }
        #expect(try box.identity.certificate == kept.current.certificate, "it is on the disk")
        group.cancelAll()
      }
    }
  }

  @Test func `A till that knows the time renews from day 15 on`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let first = try box.identity.certificate
      let till = try box.till()
      till.gatewaySaid(gateway.wallClock.now().advanced(by: .seconds(14 * 86_400)), askedAt: box.clock.now)
      let (keeper, _, kept) = try box.keeper(till)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await keeper.run() }
        await box.clock.waitForSleepers()
        #expect(kept.current.certificate == first)
        gateway.wallClock.advance(by: .seconds(15 * 86_400))
        box.clock.advance(by: .seconds(86_400))
        try await until { kept.current.certificate != first }
        group.cancelAll()
      }
    }
  }

  @Test func `The authority's key is changed without a visit to a till`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let old = try box.identity.authority
      let (keeper, client, kept) = try box.keeper(box.till())
      try await call(client)
      #expect(try gateway.authority.change() == 2)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await keeper.run() }
        client.connections.beginAnew()
        #expect(await fault { try await call(client) } == .wrongAuthority)
        try await until { kept.current.formerAuthorities == [old] }
        try await until { (try? await call(client)) != nil }
        group.cancelAll()
      }
      // Those that are paired now know only the new one.
      let new = try TestBox()
      try await new.pair(at: ports.pairing, code: code("till-2"))
      try await call(new.client())
      #expect(try new.identity.formerAuthorities == nil)
    }
  }

  // MARK: Tills of earlier versions

  /// As the version before wrote it when it paired.
  private func identityByHeader(at port: Int) throws -> TerminalIdentity {
    TerminalIdentity(
      terminal: try TerminalID("till-1"), organization: try OrganizationID("O1000"),
      gateway: try #require(URL(string: "http://127.0.0.1:\(port)")),
      gatewayKey: gateway.gatewayKey.publicKey.x963Representation, certificate: "of three years",
      authority: try gateway.authority.answer().certificate)
  }

  @Test func `A till that was paired by header changes over by itself, with its device key`() async throws {
    let keys = try box.keys
    _ = try await gateway.store.pair(
      TerminalID("till-1"), deviceKey: keys.device.publicKey.x963Representation,
      sealingKey: keys.sealing.publicKey.x963Representation, at: gateway.wallClock.now())
    try await DatabaseQueue(path: gateway.folder.path("gateway.sqlite")).write {
      try $0.execute(sql: "UPDATE terminal SET certified_until = NULL")
    }
    try await gateway.running { ports in
      try box.write(identityByHeader(at: ports.office))
      let (keeper, client, kept) = try box.keeper(box.till())
      try await call(client)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await keeper.run() }
        try await until { !kept.current.isByHeader }
        group.cancelAll()
      }
      #expect(client.gateway.absoluteString == "https://127.0.0.1:\(ports.tills)")
      try await call(client)
      #expect(try await gateway.routes.pairing.pairing.tills().map(\.standing) == [.paired])
    }
  }

  @Test func `Nobody on the way becomes the gateway of a till that changes over`() async throws {
    let fake = try ServedGateway()
    let keys = try box.keys
    // It even knows the till, and would certify it.
    _ = try await fake.store.pair(
      TerminalID("till-1"), deviceKey: keys.device.publicKey.x963Representation,
      sealingKey: keys.sealing.publicKey.x963Representation, at: fake.wallClock.now())
    try await fake.running { ports in
      try box.write(identityByHeader(at: ports.office))
      let (keeper, _, kept) = try box.keeper(box.till())
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await keeper.run() }
        try await until { await keeper.fault != nil }
        group.cancelAll()
      }
      #expect(kept.current.isByHeader)
    }
  }

  // MARK: Pages from elsewhere

  @Test func `A host name that somebody points here reaches nothing`() async throws {
    try await gateway.running { ports in
      for (name, path) in [("evil.test", "v1/listeners"), ("evil.test", "v1/admin/status")] {
        let connections = try GatewayConnections(
          to: #require(URL(string: "http://127.0.0.1:\(ports.office)")), trusting: .plain, now: { nil })
        var request = connections.call(path).request
        request.headers.replaceOrAdd(name: "host", value: "\(name):\(ports.office)")
        #expect(try await connections.execute(request, timeout: .seconds(10)).status == .forbidden)
      }
    }
  }

  // MARK: Clocks that were wrong

  @Test func `A till that was certified by a clock that was ahead gets a certificate for the right time`()
    async throws
  {
    gateway.wallClock.advance(by: .seconds(8 * 3_600))
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      gateway.wallClock.advance(by: .seconds(-8 * 3_600))
      let (keeper, client, _) = try box.keeper(box.till())
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await keeper.run() }
        #expect(await reason { try await call(client) } == .certificateNotYetValid)
        try await until { await reason { try await call(client) } == nil }
        group.cancelAll()
      }
    }
  }

  @Test func `A till whose time was set wrong by its gateway still reaches it, to be set right by a lease`()
    async throws
  {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let wrong = gateway.wallClock.now().advanced(by: .seconds(90 * 86_400))
      let client = try box.client { wrong }
      try await call(client)
      client.connections.timeIsKnown()
      #expect(await fault { try await call(client) } != nil, "after a lease the dates count")
    }
  }

  @Test func `A store that came back from a backup learns from a till how long its certificate is good`()
    async throws
  {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let until = try await gateway.store.terminal(TerminalID("till-1"))?.certifiedUntil
      try await DatabaseQueue(path: gateway.folder.path("gateway.sqlite")).write {
        try $0.execute(sql: "UPDATE terminal SET certified_until = NULL")
      }
      try await call(box.client())
      #expect(try await gateway.store.terminal(TerminalID("till-1"))?.certifiedUntil == until)
    }
  }

  @Test func `A till is paired again in its place, by a code for its own name only`() async throws {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let key = try box.keys.device.rawRepresentation
      for other in [try await code("till-2"), try await code("till-3")] {
        #expect(await reason { try await box.pair(at: ports.pairing, code: other) } == .terminalExists)
      }
      gateway.wallClock.advance(by: .seconds(300))
      try await box.pair(at: ports.pairing, code: code(replacing: true))
      #expect(try box.keys.device.rawRepresentation == key)
      #expect(try box.identity.formerKeys == [])
      try await call(box.client())
    }
  }

  @Test func `What the box before still uploads while another takes its name is not stored`() async throws {
    let till = try TerminalID("till-1")
    let old = P256.Signing.PrivateKey()
    let paired = try #require(
      try await gateway.store.pair(
        till, deviceKey: old.publicKey.x963Representation,
        sealingKey: P256.KeyAgreement.PrivateKey().publicKey.x963Representation, at: gateway.wallClock.now()))
    try await gateway.running { ports in try await box.pair(at: ports.pairing, code: code(replacing: true)) }
    let entry = try LedgerEntry(
      terminal: till, sequence: 1, previousHash: LedgerEntry.firstPreviousHash,
      recordedAt: gateway.wallClock.now(),
      payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("ORDER-0001"))),
      key: old)
    // As it was identified before the other box was paired.
    let answers = try await LedgerIntake(store: gateway.store).take(
      [entry], of: paired, at: gateway.wallClock.now())
    #expect(answers.map(\.outcome) == [.refused])
    #expect(try await gateway.store.chainEnd(of: till) == .start)
  }

  @Test
  func `A till of whose ledger there were two gets no lease until somebody says that it is the only box`()
    async throws
  {
    try await gateway.running { ports in
      try await box.pair(at: ports.pairing, code: code())
      let client = try box.client()
      func ask(_ isOnlyBox: Bool?) async -> RefusalReason? {
        await reason {
          let head = LedgerHead(
            sequence: 0, hash: LedgerEntry.firstPreviousHash, unsentOrders: 0, unsentAmount: .zero)
          _ = try await client.lease(
            LeaseRequest(
              rawData: "e30=", ledger: head, nonce: "n", proof: .start, isOnlyBox: isOnlyBox))
        }
      }
      #expect(await ask(nil) == nil)
      try await DatabaseQueue(path: gateway.folder.path("gateway.sqlite")).write {
        try $0.execute(sql: "UPDATE terminal SET alarm = 'forked'")
      }
      #expect(await ask(nil) == .ledgerForked)
      #expect(await ask(nil) == .ledgerForked, "asking again is no answer")
      #expect(await ask(true) == nil)
      #expect(await ask(nil) == nil)
    }
  }
}
