/// The name that somebody probably meant; nil when none is within `distance`.
///
/// - Parameter distance: bytes of UTF-8 that may be missing, wrong or too many.
public func nearestName(
  to typed: String, among names: some Collection<String>, within distance: Int = .max
) -> String? {
  let nearest = names.min { (editDistance($0, typed), $0) < (editDistance($1, typed), $1) }
  return nearest.flatMap { editDistance($0, typed) <= distance ? $0 : nil }
}

/// Insertions, deletions and replacements that turn one word into the other.
private func editDistance(_ from: String, _ to: String) -> Int {
  let target = Array(to.utf8)
  var row = Array(0...target.count)
  for (i, letter) in from.utf8.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in target.enumerated() {
      let replaced = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[target.count]
}
