import CanteenCore
import Foundation
import GatewayProtocol
import Roster

/// Enrols everybody of a list, one after the other. May be interrupted and run again at any time.
struct RosterImport {
  private let roster: Roster
  private let photos: PhotoFolder
  private let call: EnrolmentCall
  private let deletesPhotos: Bool
  private let replace: Bool
  private let allowLookAlike: Bool
  private let check: Bool

  init(
    csv: String, folder: String, call: EnrolmentCall, deletesPhotos: Bool, replace: Bool,
    allowLookAlike: Bool, check: Bool
  ) throws(CommandError) {
    guard let list = FileManager.default.contents(atPath: csv) else {
      throw CommandError("The list \(csv) cannot be read; check the path.")
    }
    do {
      roster = try Roster(csv: list)
    } catch {
      throw CommandError("\(csv): \(error)")
    }
    do {
      photos = try PhotoFolder(URL(filePath: folder), for: roster.entries.map(\.id))
    } catch {
      throw CommandError("The folder \(folder) cannot be read; check the path.")
    }
    (self.call, self.deletesPhotos) = (call, deletesPhotos)
    (self.replace, self.allowLookAlike, self.check) = (replace, allowLookAlike, check)
  }

  func run() async throws -> ImportReport {
    let enrolled = Set(try await call.people().filter { $0.enrolAnew == nil }.map(\.id))
    var report = ImportReport(isCheck: check, deletesPhotos: deletesPhotos)
    report.photosWithoutRow = photos.strays.map(\.path)
    let progress = ProgressLine(total: roster.entries.count)
    for (index, entry) in roster.entries.enumerated() {
      let person: ImportReport.Person
      do {
        person = try await enrol(entry, isEnrolled: enrolled.contains(entry.id))
      } catch let complaint as CommandError {
        progress.end()
        throw CommandError(
          "\(complaint) It stopped after \(index) of \(roster.entries.count) people; "
            + "run the same command again to go on.")
      }
      report.people.append(person)
      progress.show(index + 1, "\(entry.id) \(person.result.rawValue)")
    }
    progress.end()
    if !check {
      let listed = Set(roster.entries.map(\.id))
      report.lookAlikes = try await call.lookAlikes().pairs.filter {
        listed.contains($0.first) || listed.contains($0.second)
      }
    }
    return report
  }

  private func enrol(_ entry: Roster.Entry, isEnrolled: Bool) async throws -> ImportReport.Person {
    let files = photos.photos[entry.id] ?? []
    var person = ImportReport.Person(line: entry.line, id: entry.id, displayName: entry.displayName)
    guard !files.isEmpty || isEnrolled else {
      person.reason = "There is no photograph."
      return person
    }
    var sent: [URL] = []
    var request = EnrolmentRequest(photos: [])
    for file in files {
      if sent.count == EnrolmentRequest.mostPhotos {
        person.unusedPhotos.append(.init(file, "Not looked at: five photographs are enough."))
      } else if let bytes = try? Data(contentsOf: file), bytes.count <= EnrolmentRequest.largestPhoto {
        request.photos.append(.init(name: file.lastPathComponent, bytes: bytes))
        sent.append(file)
      } else {
        person.unusedPhotos.append(.init(file, "It cannot be read, or is larger than 16 MB."))
      }
    }
    guard !sent.isEmpty || isEnrolled else {
      (person.result, person.reason) = (.refused, "None of the photographs can be used.")
      return person
    }
    request.displayName = entry.displayName
    request.group = entry.group
    (request.phone, request.contractAccount) = (entry.phone, entry.contractAccount)
    (request.replace, request.allowLookAlike, request.check) = (replace, allowLookAlike, check)
    let verdict = try await call.enrol(entry.id, request)
    person.take(verdict, of: sent)
    if deletesPhotos, verdict.outcome == .enrolled || verdict.outcome == .unchanged {
      let used = zip(sent, verdict.photos).filter { $0.1.flaw == nil }.map(\.0)
      let deletion = PhotoDeletion(of: used)
      person.deletedPhotos = deletion.deleted.map(\.path)
      person.unusedPhotos += deletion.failed.map { .init($0, "Enrolled, but the file could not be deleted.") }
    }
    return person
  }
}
