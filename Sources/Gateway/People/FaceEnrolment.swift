import CanteenCore
import Concurrency
import FaceRecognition
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import Imaging
import PaymentPlatform

/// Turns photographs into templates and a student into a user of the library. Keeps no photograph.
actor FaceEnrolment {
  private let models: RecognitionModels
  private let store: any PeopleStore
  private let templates: TemplateVault
  private let guardians: GuardianVault
  private let lookAlikes: LookAlikeService
  private let platforms: SchoolPlatforms
  private let wallClock: any WallClock
  private let executor = BlockingExecutor(label: "canteen.enrolment")
  /// Loaded for the first photograph: a gateway that enrols nobody needs no networks in memory.
  private var recognizer: FaceRecognizer?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    models: RecognitionModels, store: any PeopleStore, templates: TemplateVault, guardians: GuardianVault,
    lookAlikes: LookAlikeService, platforms: SchoolPlatforms, wallClock: any WallClock
  ) {
    self.models = models
    self.store = store
    self.templates = templates
    self.guardians = guardians
    self.lookAlikes = lookAlikes
    self.platforms = platforms
    self.wallClock = wallClock
  }

  /// Flaws of the person or the photographs do not throw; they are part of the verdict.
  ///
  /// - Throws: ``HTTPRefusal`` when the payment platform does not answer.
  func enrol(_ id: OutUserID, _ request: EnrolmentRequest) async throws -> EnrolmentVerdict {
    let draft = try await draft(id, request)
    guard let person = draft.person, !request.check else { return draft.verdict }
    return try await enrol(person, draft.verdict)
  }

  /// What is known before anybody is enrolled.
  private struct Draft {
    let verdict: EnrolmentVerdict
    /// nil when the request is refused.
    let person: Person?
  }

  private struct Person {
    let id: OutUserID
    /// The platform that the guardian's contract is, or will be, with.
    let platform: any PaymentPlatform
    let particulars: Particulars
    let shots: [Shot]
    /// Look-alikes whom staff vouched for as other people.
    let confirmed: [OutUserID]
    /// What would be written is in the store already.
    let isKnown: Bool
    /// The person as the store has them; nil for a new one.
    let before: EnrolledUser?

    var mayPayBefore: Bool? { before?.mayPay }
  }

  private func draft(_ id: OutUserID, _ request: EnrolmentRequest) async throws -> Draft {
    var verdict = EnrolmentVerdict(id: id, outcome: .wouldEnrol, note: "can be enrolled")
    do {
      let before = try await store.person(id)
      let platform = before.flatMap { platforms[$0.user.platform] } ?? platforms.first
      let least = platform.terms.leastUserIDLength
      guard id.text.utf8.count >= least else {
        throw EnrolmentRefusal(
          "bad_user_id", "A user number needs at least \(least) characters; \(id) is too short.")
      }
      let guardianBefore = before?.sealedGuardian.flatMap { try? guardians.open($0, of: id) }
      let particulars = try Particulars(request, before: before?.user, guardianBefore: guardianBefore)
      let shotsBefore = before?.shots.flatMap { try? templates.open($0, of: id) } ?? []
      let photos = try judge(request.photos, of: id, known: shotsBefore)
      verdict.photos = photos.judged
      let shots = try shots(of: id, photos, before: shotsBefore, replacing: request.replace)
      var confirmed: [OutUserID] = []
      if shots != shotsBefore || request.allowLookAlike {
        let found = try await lookAlikes.resembling(Self.faces(shots), except: id)
        verdict.lookAlikes = try await named(found.alike)
        if let twin = found.same.first, !request.allowLookAlike {
          throw EnrolmentRefusal("looks_like", try await Self.twice(id, like: named([twin])[0]))
        }
        confirmed = found.same.map(\.id)
      }
      verdict.shots = shots.count
      let isKnown =
        confirmed.isEmpty && shots == shotsBefore && before?.user.displayName == particulars.displayName
        && before?.user.group == particulars.group && guardianBefore == particulars.guardian
      return Draft(
        verdict: verdict,
        person: Person(
          id: id, platform: platform, particulars: particulars, shots: shots, confirmed: confirmed,
          isKnown: isKnown,
          before: before))
    } catch let refusal as EnrolmentRefusal {
      var refused = EnrolmentVerdict(id: id, outcome: .refused, note: refusal.reason, code: refusal.code)
      (refused.photos, refused.lookAlikes) = (verdict.photos, verdict.lookAlikes)
      return Draft(verdict: refused, person: nil)
    }
  }

  private func enrol(_ person: Person, _ draft: EnrolmentVerdict) async throws -> EnrolmentVerdict {
    var verdict = draft
    if person.isKnown, person.mayPayBefore == true {
      (verdict.outcome, verdict.note, verdict.mayPay) = (.unchanged, "already enrolled with these", true)
      return verdict
    }
    let (id, particulars) = (person.id, person.particulars)
    let standing = try await standing(of: id, at: person.platform)
    verdict.mayPay = standing?.mayPay ?? false
    if person.isKnown, verdict.mayPay == person.mayPayBefore {
      (verdict.outcome, verdict.note) = (.unchanged, "already enrolled with these; " + Self.noContract)
      return verdict
    }
    let isSaved = try await store.save(
      EnrolledUser(
        user: RecognisedUser(
          outUserID: id, platform: person.platform.id, platformUserID: standing?.platformUserID ?? "",
          displayName: particulars.displayName, group: particulars.group),
        mayPay: verdict.mayPay, shots: try templates.seal(person.shots, of: id),
        sealedGuardian: try particulars.guardian.map { try guardians.seal($0, of: id) }),
      insteadOf: person.before, confirmedAgainst: person.confirmed, at: wallClock.now())
    guard isSaved else {
      var refused = EnrolmentVerdict(
        id: id, outcome: .refused, note: "\(id) was changed or forgotten meanwhile; enrol again.",
        code: "changed_meanwhile")
      (refused.photos, refused.lookAlikes) = (verdict.photos, verdict.lookAlikes)
      return refused
    }
    lookAlikes.libraryChanged()
    verdict.outcome = .enrolled
    verdict.note =
      verdict.mayPay
      ? "enrolled; tills have the face within two minutes" : "enrolled, but " + Self.noContract
    return verdict
  }

  private static let noContract =
    "the guardian's contract is not signed: tills get the face within minutes once it is"

  private func judge(_ photos: [EnrolmentRequest.Photo], of id: OutUserID, known: [Shot]) throws -> PhotoTable
  {
    guard photos.count <= EnrolmentRequest.mostPhotos else {
      throw EnrolmentRefusal(
        "too_many_photos", "At most \(EnrolmentRequest.mostPhotos) photographs are taken at once.")
    }
    guard !photos.isEmpty || !known.isEmpty else {
      throw EnrolmentRefusal("no_photo", "There is no photograph of \(id).")
    }
    return try PhotoTable(photos, known: known) { photo in
      try loadedRecognizer().template(fromPhoto: [UInt8](photo))
    }
  }

  /// The shots to keep, those of this request first.
  private func shots(of id: OutUserID, _ photos: PhotoTable, before: [Shot], replacing: Bool)
    throws(EnrolmentRefusal) -> [Shot]
  {
    guard !photos.usable.isEmpty || photos.judged.isEmpty else {
      throw EnrolmentRefusal("no_usable_photo", photos.complaint)
    }
    if let odd = SamePerson.oddOneOut(photos.usable.map(\.face)) {
      throw EnrolmentRefusal(
        "other_person", "\(photos.usable[odd].name) does not show the same person as the others.")
    }
    let facesBefore = Self.faces(before)
    let dropsOld = replacing && !photos.usable.isEmpty
    if !dropsOld, !before.isEmpty,
      let stranger = photos.usable.first(where: { !SamePerson.shows($0.face, facesBefore) })
    {
      throw EnrolmentRefusal(
        "other_person",
        "\(stranger.name) does not show the person enrolled as \(id); use --replace if the old face is wrong."
      )
    }
    let fresh = photos.usable.map(\.shot)
    let digests = Set(fresh.map(\.photoDigest))
    // Known photographs keep their places, so that enrolling them again changes nothing.
    if !dropsOld, digests.isSubset(of: before.map(\.photoDigest)) { return before }
    let kept = dropsOld ? [] : before.filter { !digests.contains($0.photoDigest) }
    return Array((fresh + kept).prefix(EnrolmentRequest.mostPhotos))
  }

  private static func faces(_ shots: [Shot]) -> [Embedding] {
    shots.compactMap { try? Embedding(littleEndianBytes: $0.template) }
  }

  private func named(_ people: [(id: OutUserID, score: Float)]) async throws -> [EnrolmentVerdict.LookAlike] {
    var named: [EnrolmentVerdict.LookAlike] = []
    for (id, score) in people {
      let name = try await store.person(id)?.user.displayName ?? ""
      named.append(EnrolmentVerdict.LookAlike(id: id, displayName: name, score: score))
    }
    return named
  }

  private static func twice(_ id: OutUserID, like other: EnrolmentVerdict.LookAlike) -> String {
    "\(id) looks like \(other.id) \(other.displayName), who is already enrolled; is this the same person? "
      + "For twins use --allow-look-alike."
  }

  private func standing(of id: OutUserID, at platform: any PaymentPlatform) async throws -> FaceUserStanding?
  {
    do {
      return try await platform.standing(of: id)
    } catch {
      throw HTTPRefusal(
        .badGateway, code: .platform, "The payment platform could not be asked about \(id): \(error)")
    }
  }

  private func loadedRecognizer() throws -> FaceRecognizer {
    if let recognizer { return recognizer }
    let loaded = try FaceRecognizer(models: models)
    recognizer = loaded
    return loaded
  }
}
