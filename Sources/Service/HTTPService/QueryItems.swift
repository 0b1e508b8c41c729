import CanteenCore
public import Hummingbird

/// The query of a request, after the `?`, read as strictly as a body: each name known and given once.
public struct QueryItems: Sendable {
  private let values: [String: String]

  /// - Parameter names: all that the call takes.
  /// - Throws: ``HTTPRefusal`` for any other name, with the nearest known one.
  public init(of request: Request, taking names: String...) throws {
    var values: [String: String] = [:]
    for (name, value) in request.uri.queryParameters.map({ (String($0.key), String($0.value)) }) {
      guard names.contains(name) else {
        let nearest = nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
        throw HTTPRefusal(.badRequest, code: .badQuery, "\"\(name)\" is not known\(nearest)")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw HTTPRefusal(.badRequest, code: .badQuery, "\"\(name)\" is given twice.")
      }
    }
    self.values = values
  }

  /// A whole number in `range`; nil when it is not given.
  public func number<Number: FixedWidthInteger & Sendable>(_ name: String, in range: ClosedRange<Number>)
    throws -> Number?
  {
    guard let text = values[name] else { return nil }
    guard let number = Number(text), range.contains(number) else {
      throw HTTPRefusal(
        .badRequest, code: .badNumber,
        "\"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// `1` for yes and `0` for no; no when it is not given.
  public func flag(_ name: String) throws -> Bool { try number(name, in: 0...1) == 1 }
}
