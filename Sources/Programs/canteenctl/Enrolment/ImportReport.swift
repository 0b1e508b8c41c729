import CanteenCore
import Foundation
import GatewayProtocol

/// What became of everybody of a list.
struct ImportReport: Encodable {
  struct Person: Encodable {
    enum Result: String, Encodable {
      case enrolled
      case unchanged = "already_enrolled"
      case wouldEnrol = "can_be_enrolled"
      case refused
      case duplicate
      case withoutPhoto = "without_photo"
    }

    struct Photo: Encodable {
      let file: String
      let reason: String

      init(_ file: URL, _ reason: String) {
        (self.file, self.reason) = (file.path, reason)
      }
    }

    let line: Int
    let id: OutUserID
    let displayName: String
    var result = Result.withoutPhoto
    var reason = ""
    var shots = 0
    var unusedPhotos: [Photo] = []
    var deletedPhotos: [String] = []

    init(line: Int, id: OutUserID, displayName: String) {
      (self.line, self.id, self.displayName) = (line, id, displayName)
    }

    /// - Parameter sent: the photographs in the order of the verdict's.
    mutating func take(_ verdict: EnrolmentVerdict, of sent: [URL]) {
      result =
        switch verdict.outcome {
        case .enrolled: .enrolled
        case .unchanged: .unchanged
        case .wouldEnrol: .wouldEnrol
        case .refused: verdict.code == "looks_like" ? .duplicate : .refused
        }
      reason = verdict.note
      shots = verdict.shots
      for (file, photo) in zip(sent, verdict.photos) {
        if let flaw = photo.flaw { unusedPhotos.append(Photo(file, flaw)) }
      }
    }

    private enum CodingKeys: String, CodingKey {
      case line
      case id = "out_user_id"
      case displayName = "display_name"
      case result
      case reason
      case shots
      case unusedPhotos = "unused_photos"
      case deletedPhotos = "deleted_photos"
    }
  }

  let isCheck: Bool
  let deletesPhotos: Bool
  var people: [Person] = []
  var photosWithoutRow: [String] = []
  var lookAlikes: [LookAlikeReport.Pair] = []

  init(isCheck: Bool, deletesPhotos: Bool) {
    (self.isCheck, self.deletesPhotos) = (isCheck, deletesPhotos)
  }

  var everybodyEnrolled: Bool {
    people.allSatisfy { [.enrolled, .unchanged, .wouldEnrol].contains($0.result) }
  }

  private func count(_ result: Person.Result) -> Int { people.count { $0.result == result } }

  func show() {
    let deleted = people.reduce(0) { $0 + $1.deletedPhotos.count }
    printTable([
      ("people in the list", "\(people.count)"),
      (isCheck ? "can be enrolled" : "enrolled", "\(count(isCheck ? .wouldEnrol : .enrolled))"),
      ("enrolled before, unchanged", "\(count(.unchanged))"),
      ("refused", "\(count(.refused))"),
      ("look like somebody enrolled", "\(count(.duplicate))"),
      ("without a photograph", "\(count(.withoutPhoto))"),
      ("photographs without a row", "\(photosWithoutRow.count)"),
      ("photographs deleted", deletesPhotos ? "\(deleted)" : "none; all were left where they are"),
    ])
    for person in people where [.refused, .duplicate, .withoutPhoto].contains(person.result) {
      print("! line \(person.line) \(person.id) \(person.displayName): \(person.reason)")
    }
    for person in people {
      for photo in person.unusedPhotos { print("- \(person.id) \(photo.file): \(photo.reason)") }
    }
    for file in photosWithoutRow { print("- \(file): named for nobody of the list") }
    for pair in lookAlikes {
      print(
        "= \(pair.first) \(pair.firstName) and \(pair.second) \(pair.secondName) look alike "
          + "(score \(score(pair.score))); tills ask for the phone tail")
    }
  }

  /// One line for each person, and one for each photograph that was not used.
  var csv: Data {
    var table = CSVTable(header: ["line", "out_user_id", "display_name", "result", "photo", "reason"])
    for person in people {
      let who = ["\(person.line)", person.id.text, person.displayName]
      table.add((who + [person.result.rawValue, "", person.reason]).map { .text($0) })
      for photo in person.unusedPhotos {
        table.add((who + ["photo_not_used", photo.file, photo.reason]).map { .text($0) })
      }
      for file in person.deletedPhotos {
        table.add((who + ["photo_deleted", file, ""]).map { .text($0) })
      }
    }
    for file in photosWithoutRow {
      table.add(["", "", "", "photo_without_row", file, ""].map { .text($0) })
    }
    for pair in lookAlikes {
      table.add(
        ["", pair.first.text, pair.firstName, "look_alike", "", "\(pair.second) \(pair.secondName)"]
          .map { .text($0) })
    }
    return table.contents
  }

  private enum CodingKeys: String, CodingKey {
    case isCheck = "check"
    case deletesPhotos = "deletes_photos"
    case people
    case photosWithoutRow = "photos_without_row"
    case lookAlikes = "look_alikes"
  }
}
