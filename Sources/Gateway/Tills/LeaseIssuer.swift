package import CanteenCore
package import Crypto
import Foundation
package import GatewayProtocol
package import GatewayStore
import HTTPService
import HTTPTypes
package import PaymentPlatform

/// Gives tills the right to recognise and book, and renews it. A till whose ledger does not continue what it
/// uploaded gets no lease.
package struct LeaseIssuer: Sendable {
  let store: any TerminalStore & OfficeStore
  let platforms: SchoolPlatforms
  let organization: OrganizationID
  let organizationName: String
  let limits: SpendingLimits
  let plan: MealPlan
  let offline: OfflineLimits
  let means: MeansOffered
  let exportKey: P256.KeyAgreement.PublicKey
  let key: P256.Signing.PrivateKey
  let wallClock: any WallClock

  package init(
    store: any TerminalStore & OfficeStore, platforms: SchoolPlatforms, organization: OrganizationID,
    organizationName: String, limits: SpendingLimits, plan: MealPlan,
    offline: OfflineLimits, means: MeansOffered = .faceOnly,
    exportKey: P256.KeyAgreement.PublicKey, key: P256.Signing.PrivateKey,
    wallClock: any WallClock
  ) {
    self.store = store
    self.platforms = platforms
    self.organization = organization
    self.organizationName = organizationName
    self.limits = limits
    self.plan = plan
    self.offline = offline
    self.means = means
    self.exportKey = exportKey
    self.key = key
    self.wallClock = wallClock
  }

  package func lease(for terminal: TerminalID, _ request: LeaseRequest) async throws -> SignedText {
    let end = try await store.chainEnd(of: terminal)
    if let proof = request.proof, proof.sequence != end.sequence, request.ledger.sequence >= end.sequence {
      throw HTTPRefusal(
        .conflict, code: .proofIsOld,
        "More entries have arrived than the till has shown that it continues; ask again.")
    }
    // Of two boxes that both hold the till's key, the one whose entries came first continues the chain. It is stopped as
    // well, until somebody has looked. Tills of earlier versions cannot say that somebody has.
    let canSay = request.proof != nil
    let raised = canSay ? try await store.terminal(terminal)?.alarm : nil
    let isDoubted = raised == .forked && request.isOnlyBox != true
    let alarm = isDoubted ? .forked : end.alarm(at: request.ledger, proof: request.proof)
    try await store.note(
      request.ledger, alarm: alarm, endsFork: !canSay || request.isOnlyBox == true, of: terminal,
      at: wallClock.now())
    if let alarm {
      throw HTTPRefusal(.conflict, code: alarm.reason, alarm.advice(to: terminal))
    }
    let credentials: [PlatformCredential]
    do {
      credentials = try await platforms.credentials(for: terminal, rawData: request.rawData)
    } catch {
      throw HTTPRefusal(
        .badGateway, code: .platform, "No payment platform gave the till a credential: \(error)")
    }
    let operators = try await store.operators()
    let now = wallClock.now()
    let known = credentials.first { $0.platform == .weChatPay }
    let lease = Lease(
      terminal: terminal, organization: organization, organizationName: organizationName,
      authinfo: known?.text ?? "",
      merchant: known.map(MerchantProfile.init) ?? MerchantProfile(spMerchant: "", subMerchant: ""),
      credentials: credentials, terms: platforms.terms, limits: limits, plan: plan, offline: offline,
      operators: operators,
      means: means,
      exportKey: exportKey.x963Representation, nonce: request.nonce, issuedAt: now,
      expiresAt: now.advanced(by: Lease.lifetime))
    return try SignedText(CanonicalJSON.text(lease), purpose: .lease, key: key)
  }
}

extension LedgerPoint {
  /// What is wrong with a ledger that ends at `head`; nil when it ends here or continues from here.
  ///
  /// - Parameter proof: what the till has in the place of this point; tills of earlier versions do not say, so that
  ///   one that is longer is believed.
  func alarm(at head: LedgerHead, proof: LedgerPoint?) -> TerminalAlarm? {
    if head.sequence < sequence { return .behind }
    let shown =
      proof ?? (head.sequence == sequence ? LedgerPoint(sequence: head.sequence, hash: head.hash) : self)
    return shown == self ? nil : .forked
  }
}

extension TerminalAlarm {
  var reason: RefusalReason {
    switch self {
    case .forked: .ledgerForked
    case .behind: .ledgerBehind
    case .unsound: .ledgerUnsound
    }
  }

  func advice(to terminal: TerminalID) -> String {
    switch self {
    case .forked:
      "Two ledgers claim to be till \(terminal): a copied box, or a reused old disk. Switch off all boxes of this "
        + "name, then run `canteenctl ledger recover --only-box` at one after the other, each alone."
    case .behind:
      "The ledger of till \(terminal) ends before what it uploaded: an old disk is in use. Run `canteenctl "
        + "ledger recover` at the till to fetch its own entries again."
    case .unsound: "Till \(terminal) uploaded an entry that no till writes; stop it and call support."
    }
  }
}
