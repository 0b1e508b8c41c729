package import GatewayStore
import Testing

/// A store under test, and what a test may do to it.
package struct StoreUnderTest: Sendable {
  /// Empty and open.
  package let store: any SchoolStore
  /// The same store once more, as another process has it. Opened before anything is claimed.
  package let replica: any SchoolStore
  /// Opens it again after everybody who had it open died without a word.
  package let afterDeath: @Sendable () async throws -> any SchoolStore

  package init(
    store: any SchoolStore, replica: any SchoolStore,
    afterDeath: @escaping @Sendable () async throws -> any SchoolStore
  ) {
    self.store = store
    self.replica = replica
    self.afterDeath = afterDeath
  }
}

/// What every store of a gateway must do. Each check runs on a store of its own.
package enum GatewayStoreConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
  // Orders
  case decisionIsKept = "a decision is kept as it was made"
  case outdatedDecision = "a decision on something outdated writes nothing"
  case secondCommit = "the same entries are stored once"
  case brokenDecision = "a decision that cannot be written leaves no part of it"
  case oneWriterWins = "of many who decide on one order at once, one writes"
  case codesAreShownOnce = "a payment code is begun once and decided once"
  // Claims
  case workIsInOrder = "what is due is given out in its order, and not before"
  case lunchGoesFirst = "lunch goes before a backlog, and a refund waits a minute behind it at most"
  case claimsAreExclusive = "no two workers are given the same"
  case oneCallForOneOrder = "an order and its refunds are given to one worker at a time"
  case lanes = "work of one platform is given out apart from another's"
  case pulledIn = "what a clock that was ahead put off is due again, but for what waits for its window"
  case claimOutlivesChanges = "a claim is ended by whoever has it, or by time"
  case deathLosesNothing = "what a worker had begun is due again after its death, and known as unclear"
  // Events
  case addressees = "an event is heard by the tills it is for, in order"
  case spendingIsSummedWhenRead = "what a user spent is told as it stands when a till reads it"
  case noReaderSkipsAnEvent = "however many write and read at once, no reader skips an event"
  case noReaderSkipsAPerson = "however many enrol and sync at once, no till lacks a person"
  case epochs = "what a till was told counts within an epoch, which is drawn once"
  // People
  case peopleAreKept = "people are kept with their platform, and every change is a version"
  case forgettingStands = "what was read before somebody was forgotten or changed is not written over it"
  case forgottenIsGone = "whoever is forgotten leaves only the number, and look-alikes are sent again"
  case barsAreToldOnce = "a bar is told once, when it changes"
  case contracts = "whoever signs is admitted once"
  case publication = "look-alikes are published only for the library they were found in"
  // Tills, reports, office
  case pairing = "a pairing code pairs one till once, in time"
  case guessing = "tries of pairing codes are counted before they are judged"
  case replacing = "a box that takes another's name"
  case chains = "a till's entries come back as it signed them"
  case reports = "reports add up to what was sold"
  case operators = "operators are kept, replaced and removed"

  package var testDescription: String { rawValue }

  package func check(_ subject: StoreUnderTest) async throws {
    let orders = OrderChecks(subject: subject)
    let claims = ClaimChecks(subject: subject)
    let events = EventChecks(subject: subject)
    let people = PeopleChecks(subject: subject)
    let school = SchoolChecks(subject: subject)
    switch self {
    case .decisionIsKept: try await orders.decisionIsKept()
    case .outdatedDecision: try await orders.outdatedDecision()
    case .secondCommit: try await orders.secondCommit()
    case .brokenDecision: try await orders.brokenDecision()
    case .oneWriterWins: try await orders.oneWriterWins()
    case .codesAreShownOnce: try await orders.codesAreShownOnce()
    case .workIsInOrder: try await claims.workIsInOrder()
    case .lunchGoesFirst: try await claims.lunchGoesFirst()
    case .claimsAreExclusive: try await claims.claimsAreExclusive()
    case .oneCallForOneOrder: try await claims.oneCallForOneOrder()
    case .lanes: try await claims.lanes()
    case .pulledIn: try await claims.pulledIn()
    case .claimOutlivesChanges: try await claims.claimOutlivesChanges()
    case .deathLosesNothing: try await claims.deathLosesNothing()
    case .addressees: try await events.addressees()
    case .spendingIsSummedWhenRead: try await events.spendingIsSummedWhenRead()
    case .noReaderSkipsAnEvent: try await events.noReaderSkipsAnEvent()
    case .noReaderSkipsAPerson: try await events.noReaderSkipsAPerson()
    case .epochs: try await events.epochs()
    case .peopleAreKept: try await people.peopleAreKept()
    case .forgettingStands: try await people.forgettingStands()
    case .forgottenIsGone: try await people.forgottenIsGone()
    case .barsAreToldOnce: try await people.barsAreToldOnce()
    case .contracts: try await people.contracts()
    case .publication: try await people.publication()
    case .pairing: try await school.pairing()
    case .guessing: try await school.guessing()
    case .replacing: try await school.replacing()
    case .chains: try await school.chains()
    case .reports: try await school.reports()
    case .operators: try await school.operators()
    }
  }
}
