import Stage
import TillAPI

extension BoxTrial {
  /// Two Chromiums beside a till, all emulated.
  private static let screensLimit: Duration = .seconds(600)
  /// How long one browser has, so that it is started a second time if it has to be.
  private static let browserPatience: Duration = .seconds(240)

  /// Each page is shown on its own screen, and again after the display crashed.
  func proveScreens(_ figures: inout BoxTrialReport.Figures, _ findings: inout TrialFindings) async throws {
    try await box.startScreens(patience: slowness.stretched(Self.browserPatience))
    figures.screens = try await pagesShown()
    try await box.crashDisplay()
    figures.screensAfterCrash = try await pagesShown()
    progress(
      "\(figures.screens) of 2 pages on screens of their own, \(figures.screensAfterCrash) after the display crashed"
    )
    if figures.screens < 2 || figures.screensAfterCrash < 2 {
      findings.append("a page is not on its screen:\n\(try await box.screensJournal())")
    }
    try await box.stopScreens()
  }

  private func pagesShown() async throws -> Int {
    var shown = 0
    _ = try await time(until: Self.screensLimit) {
      // What the display lists, and what the pages say of themselves.
      shown = min(try await box.pagesInPlace(), try await stage.tillStatus().screens.count)
      return shown == 2
    }
    return shown
  }
}

extension TillBox {
  private static let screens = "canteen-kiosk.target"

  /// - Parameter patience: how long each browser has until it shows its page.
  func startScreens(patience: Duration) async throws {
    try await machine.run(
      """
      echo CANTEEN_BROWSER_PATIENCE=\(patience.components.seconds) >>/etc/canteen/kiosk.conf
      systemctl start \(Self.screens)
      """)
  }

  func stopScreens() async throws { try await machine.run("systemctl stop \(Self.screens)") }

  func crashDisplay() async throws {
    // The windows of the crashed display must not be counted.
    try await machine.run("systemctl kill --signal=KILL canteen-display.service && sleep 1")
  }

  /// How many pages are loaded and in places of their own.
  func pagesInPlace() async throws -> Int {
    PageWindow.screens(in: try await machine.run("DISPLAY=:7 xwininfo -root -tree 2>/dev/null || true"))
  }

  func screensJournal() async throws -> String {
    try await machine.run(
      "journalctl --unit canteen-display --unit 'canteen-kiosk@*' --no-pager --lines 30 --output cat")
  }
}
