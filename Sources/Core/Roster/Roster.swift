public import CanteenCore
public import Foundation

/// A school's list of people to enrol.
public struct Roster: Sendable, Equatable {
  public struct Entry: Sendable, Equatable {
    public let line: Int
    public let id: OutUserID
    public let displayName: String
    /// nil when the list has no such column; empty when the field is.
    public let group: String?
    public let phone: String?
    public let contractAccount: String?
  }

  public enum Column: String, CaseIterable, Sendable {
    case outUserID = "out_user_id"
    case displayName = "display_name"
    case group
    case phone
    case contractAccount = "contract_account"
  }

  /// In the order of the list.
  public let entries: [Entry]

  /// - Parameter csv: the first line names the columns, in any order; only `out_user_id` and `display_name` must be
  ///   there.
  public init(csv: Data) throws(RosterError) {
    let rows = try CSVReader.rows(of: csv)
    guard let header = rows.first else { throw .empty }
    let columns = try Self.columns(header.fields)
    var entries: [Entry] = []
    var lines: [OutUserID: Int] = [:]
    for row in rows.dropFirst() {
      guard row.fields.count == header.fields.count else {
        throw .wrongFieldCount(
          line: row.line, found: row.fields.count, expected: header.fields.count)
      }
      let entry = try Self.entry(row, columns)
      if let first = lines.updateValue(row.line, forKey: entry.id) {
        throw .repeatedID(line: row.line, entry.id.text, firstLine: first)
      }
      entries.append(entry)
    }
    self.entries = entries
  }

  private static func columns(_ header: [String]) throws(RosterError) -> [Column: Int] {
    var columns: [Column: Int] = [:]
    for (place, title) in header.enumerated() {
      let name = title.trimmingCharacters(in: .whitespaces)
      guard let column = Column(rawValue: name) else {
        throw .unknownColumn(name, nearest: nearestName(to: name, among: Column.allCases.map(\.rawValue)))
      }
      guard columns.updateValue(place, forKey: column) == nil else { throw .repeatedColumn(name) }
    }
    for needed in [Column.outUserID, .displayName] where columns[needed] == nil {
      throw .missingColumn(needed.rawValue)
    }
    return columns
  }

  private static func entry(_ row: CSVReader.Row, _ columns: [Column: Int]) throws(RosterError) -> Entry {
    func field(_ column: Column) -> String? {
      columns[column].map { row.fields[$0].trimmingCharacters(in: .whitespaces) }
    }
    do {
      return Entry(
        line: row.line, id: try OutUserID(field(.outUserID) ?? ""), displayName: field(.displayName) ?? "",
        group: field(.group), phone: field(.phone), contractAccount: field(.contractAccount))
    } catch {
      throw .badID(line: row.line, error.description)
    }
  }
}
