/// Windows of the till's two pages, as `xwininfo -root -tree` lists them.
enum PageWindow {
  /// Titles that the pages give themselves; a browser that could not load one shows another.
  private static let titles = ["till": "收银台 · Till", "student": "刷脸付款 · Pay by face"]

  /// How many pages were loaded and stand in places of their own.
  static func screens(in listing: String) -> Int {
    let window = /"(?<title>[^"]*)": \("127\.0\.0\.1__(?<page>\w+)" "Chromium"\) .* (?<place>\+\d+\+\d+)\s*$/
    var places: [Substring: Substring] = [:]
    for line in listing.split(separator: "\n") {
      guard let found = line.firstMatch(of: window), titles[String(found.page)] == String(found.title) else {
        continue
      }
      places[found.page] = found.place
    }
    return Set(places.values).count
  }
}
