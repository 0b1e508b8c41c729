import ArgumentParser
import CanteenCore
import Foundation
import GatewayProtocol

struct EnrolCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enrol", abstract: "Enrol one person from photographs, or a whole list of people.",
    usage: """
      canteenctl enrol ID --name NAME --photo FILE [--photo FILE …]
      canteenctl enrol --csv students.csv --folder photos/ [--check] [--report FILE]
      """,
    discussion: """
      The gateway makes templates of the photographs and keeps nothing else of them.

      ONE PERSON: the photograph files stay where they are; --delete-photos deletes those that were enrolled, after \
      asking (or with --yes).

      A LIST: photographs in the folder are DELETED once their person is enrolled; --keep-photos keeps them. \
      Photographs of a person who was refused, refused photographs and those without a row are never deleted. The \
      list has the columns out_user_id, display_name and, if you like, group, phone, contract_account; photographs \
      are called ID.jpg, ID_2.jpg … or lie in a folder ID. When it was interrupted, run it again: whoever is \
      enrolled already is skipped. The exit code is 0 only when everybody of the list is enrolled.
      """)

  @OptionGroup var options: GatewayOptions

  @Option(help: "The school's number of the user, 6 characters or more; also as the first word.")
  var id: String?

  @Option(help: "The name the student screen greets with.")
  var name: String?

  @Option(help: "Who pays which price and gets which subsidy, for example students or staff.")
  var group: String?

  @Option(
    name: .customLong("photo"),
    help: "JPEG or PNG that shows this person alone, from the front; up to five of them.")
  var namedPhotos: [String] = []

  @Argument(help: "The user's number unless --id gives it, then photographs.")
  var words: [String] = []

  @Flag(help: "Drop the shots there were; else these are added and the five newest kept.")
  var replace = false

  @Flag(help: "Enrol although somebody enrolled looks the same; tills will ask for the phone tail (twins).")
  var allowLookAlike = false

  @Flag(help: "Only judge; nothing is enrolled and nothing deleted.")
  var check = false

  @OptionGroup(title: "One person") var one: OnePersonOptions
  @OptionGroup(title: "A list") var list: ListOptions

  struct OnePersonOptions: ParsableArguments {
    @Flag(help: "Delete the photograph files that were enrolled.")
    var deletePhotos = false

    @Flag(help: "Do not ask before deleting.")
    var yes = false
  }

  struct ListOptions: ParsableArguments {
    @Option(help: "The list of people, CSV in UTF-8.")
    var csv: String?

    @Option(help: "The folder with their photographs.")
    var folder: String?

    @Flag(help: "Leave the photographs where they are.")
    var keepPhotos = false

    @Option(help: "Write what became of each person and photograph to this CSV file.")
    var report: String?

    @Flag(help: "Replace the report file when it exists.")
    var force = false
  }

  func run() async throws {
    try await orComplain {
      if list.csv != nil || list.folder != nil { try await enrolList() } else { try await enrolOne() }
    }
  }

  private func enrolOne() async throws {
    guard !list.keepPhotos, list.report == nil else {
      throw CommandError("--keep-photos and --report go with --csv and --folder.")
    }
    var words = words
    guard let number = id ?? words.first else {
      throw CommandError("Name the user: `canteenctl enrol ID …`.")
    }
    if id == nil { words.removeFirst() }
    let files = (namedPhotos + words).map { URL(filePath: $0) }
    guard files.count <= EnrolmentRequest.mostPhotos else {
      throw CommandError("At most \(EnrolmentRequest.mostPhotos) photographs are taken at once.")
    }
    var photos: [EnrolmentRequest.Photo] = []
    for file in files {
      guard let bytes = try? Data(contentsOf: file) else {
        throw CommandError("The photograph \(file.path) cannot be read; check the path.")
      }
      photos.append(.init(name: file.lastPathComponent, bytes: bytes))
    }
    var request = EnrolmentRequest(photos: photos)
    request.displayName = name
    request.group = group
    (request.replace, request.allowLookAlike, request.check) = (replace, allowLookAlike, check)
    let id = try checked { () throws(IdentifierError) in try OutUserID(number) }
    if one.deletePhotos, !check { try confirmDeletion(of: files) }
    let verdict = try await EnrolmentCall(call: options.call()).enrol(id, request)
    guard verdict.outcome != .refused else {
      if options.json { printJSON(try CanonicalJSON.data(verdict)) }
      throw CommandError(verdict.note)
    }
    let used = zip(files, verdict.photos).filter { $0.1.flaw == nil }.map(\.0)
    let deletion = PhotoDeletion(of: one.deletePhotos && !check ? used : [])
    if options.json { return printJSON(try CanonicalJSON.data(verdict)) }
    tell(verdict, deletion)
  }

  private func tell(_ verdict: EnrolmentVerdict, _ deletion: PhotoDeletion) {
    let who = [verdict.id.text, name].compactMap(\.self).joined(separator: " ")
    print("\(who): \(verdict.note) (shots: \(verdict.shots))")
    for photo in verdict.photos {
      if let flaw = photo.flaw { print("not used: \(photo.name): \(flaw)") }
    }
    for other in verdict.lookAlikes {
      print(
        "looks like \(other.id) \(other.displayName) (score \(score(other.score))); tills ask for the phone tail"
      )
    }
    if !verdict.photos.isEmpty {
      print(deletion.words(keeping: "the photograph files were left where they are"))
    }
  }

  private func confirmDeletion(of files: [URL]) throws {
    if one.yes || files.isEmpty { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw CommandError("Nobody can be asked here; say --yes to delete the photographs.")
    }
    FileHandle.standardError.write(
      Data("Delete \(files.map(\.lastPathComponent).joined(separator: ", ")) once enrolled? [y/N] ".utf8))
    guard readLine()?.lowercased().hasPrefix("y") == true else {
      throw CommandError("Cancelled; nothing was enrolled or deleted.")
    }
  }

  private func enrolList() async throws {
    guard let csv = list.csv, let folder = list.folder else {
      throw CommandError("A list needs both --csv FILE and --folder DIR.")
    }
    guard id == nil, name == nil, group == nil, namedPhotos.isEmpty, words.isEmpty else {
      throw CommandError("Names and photographs come from the list and the folder; leave the others out.")
    }
    guard !one.deletePhotos else {
      throw CommandError("Photographs of a list are deleted once enrolled anyway; --keep-photos keeps them.")
    }
    let reportFile = try list.report.map { try NewFile($0, mayReplace: list.force) }
    let run = try RosterImport(
      csv: csv, folder: folder, call: EnrolmentCall(call: options.call()),
      deletesPhotos: !list.keepPhotos && !check, replace: replace, allowLookAlike: allowLookAlike,
      check: check)
    let report = try await run.run()
    try await reportFile?.write(report.csv)
    if options.json { printJSON(try CanonicalJSON.data(report)) } else { report.show() }
    if !report.everybodyEnrolled { throw ExitCode.failure }
  }
}
