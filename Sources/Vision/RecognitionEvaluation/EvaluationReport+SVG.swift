import Foundation

extension EvaluationReport {
  /// The DET curve as an SVG picture: false negatives over false positives, both on logarithmic axes.
  ///
  /// Rates below 1e-4, and those never seen, lie on the edge: nothing is known of them.
  public var svg: String {
    let places = curve.map { (x: place($0.falsePositive), y: Self.side - place($0.falseNegative)) }
    let line = places.map { "\(Self.number($0.x + Self.left)),\(Self.number($0.y + Self.top))" }
      .joined(separator: " ")
    var parts = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.left + Self.side + 30)) \
      \(Int(Self.top + Self.side + 60))" font-family="sans-serif" font-size="13">
      """,
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
      "<text x=\"\(Int(Self.left))\" y=\"22\" font-size=\"15\">\(title)</text>",
    ]
    for decade in -Self.decades...0 {
      let rate = pow(10, Double(decade))
      let at = place(rate)
      let label = decade == 0 ? "1" : "1e\(decade)"
      parts.append(
        Self.line(Self.left + at, Self.top, Self.left + at, Self.top + Self.side, "#ddd")
          + Self.text(label, Self.left + at, Self.top + Self.side + 18, "middle"))
      parts.append(
        Self.line(
          Self.left, Self.top + Self.side - at, Self.left + Self.side, Self.top + Self.side - at, "#ddd")
          + Self.text(label, Self.left - 6, Self.top + Self.side - at + 4, "end"))
    }
    parts.append("<polyline fill=\"none\" stroke=\"#1a7f5a\" stroke-width=\"2\" points=\"\(line)\"/>")
    if let falsePositive, let falseNegative {
      parts.append(
        "<circle r=\"5\" fill=\"#c33\" cx=\"\(Self.number(Self.left + place(falsePositive.rate)))\" "
          + "cy=\"\(Self.number(Self.top + Self.side - place(falseNegative.rate)))\"/>")
    }
    parts.append(
      Self.text(
        "strangers named (FPIR)", Self.left + Self.side / 2, Self.top + Self.side + 42, "middle"))
    parts.append(
      "<text transform=\"translate(16 \(Int(Self.top + Self.side / 2))) rotate(-90)\" "
        + "text-anchor=\"middle\">enrolled people not named (FNIR)</text>")
    parts.append("</svg>\n")
    return parts.joined(separator: "\n")
  }

  private static let side = 420.0
  private static let left = 70.0
  private static let top = 40.0
  private static let decades = 4

  private var title: String {
    "\(enrolled) people enrolled; the dot is the threshold in force, \(Self.number(Double(threshold), "%.3f"))"
  }

  /// Distance from the axis' beginning.
  private func place(_ rate: Double) -> Double {
    let decades = Double(Self.decades)
    return Self.side * (1 + log10(max(rate, pow(10, -decades))) / decades)
  }

  private static func number(_ value: Double, _ format: String = "%.1f") -> String {
    String(format: format, value)
  }

  private static func line(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double, _ colour: String) -> String
  {
    "<line x1=\"\(number(x))\" y1=\"\(number(y))\" x2=\"\(number(toX))\" y2=\"\(number(toY))\" stroke=\"\(colour)\"/>"
  }

  private static func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(text)</text>"
  }
}
