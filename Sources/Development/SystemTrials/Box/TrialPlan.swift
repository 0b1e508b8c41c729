public import Foundation
public import Stage

/// What a trial of the box needs to know.
public struct TrialPlan: Sendable {
  /// Sandbox and gateway, which run on the host; without a till.
  public var stage: StagePlan
  /// Folder with the machine's disk, kernel and initial RAM disk; see tools/vm-image.sh.
  public var image: URL
  public var terminalPackage: URL
  /// Only measured, not installed.
  public var gatewayPackage: URL?
  public var powerCuts: Int
  /// Plans when the power is cut and what is sold.
  public var seed: UInt64
  /// False takes the till's forced writes away, so that the power cuts must lose orders.
  public var writesAreForced = true

  public init(
    stage: StagePlan, image: URL, terminalPackage: URL, gatewayPackage: URL?, powerCuts: Int, seed: UInt64,
    writesAreForced: Bool
  ) {
    self.stage = stage
    self.stage.gatewayNames.append(TillBox.gateway)
    self.image = image
    self.terminalPackage = terminalPackage
    self.gatewayPackage = gatewayPackage
    self.powerCuts = powerCuts
    self.seed = seed
    self.writesAreForced = writesAreForced
  }
}
