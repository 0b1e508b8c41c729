public import CanteenCore

/// The payment platforms of one school.
public struct SchoolPlatforms: Sendable {
  /// For orders and users that name no platform.
  public let first: any PaymentPlatform
  private let others: [any PaymentPlatform]

  /// - Precondition: no two are the same platform.
  public init(_ first: any PaymentPlatform, _ others: any PaymentPlatform...) {
    self.init(first, others)
  }

  /// - Precondition: no two are the same platform.
  public init(_ first: any PaymentPlatform, _ others: [any PaymentPlatform]) {
    self.first = first
    self.others = others
    precondition(Set(all.map(\.id)).count == all.count, "Each platform is set up once.")
  }

  public var all: [any PaymentPlatform] { [first] + others }
  public var terms: [PlatformTerms] { all.map(\.terms) }

  /// nil for a platform that this school does not use, or no longer uses.
  public subscript(id: PlatformID) -> (any PaymentPlatform)? { all.first { $0.id == id } }

  /// The platform that takes a payment code; nil when the code is no platform's. If no platform says what its
  /// codes look like, the first that takes codes.
  public func taking(_ code: PaymentCode) -> (any OffersPaymentCode)? {
    let taking = all.compactMap { $0 as? any OffersPaymentCode }
    switch SchoolTerms(taking.map(\.terms)).platform(of: code) {
    case .known(let id): return taking.first { $0.id == id }
    case .nobody: return nil
    case .untold: return taking.first
    }
  }

  public var takePaymentCodes: Bool { all.contains { $0 is any OffersPaymentCode } }

  /// The credentials that let a till collect, from every platform that answers. When a platform does not
  /// answer, only its own users cannot pay.
  ///
  /// - Throws: the error of the first platform, when none answers.
  public func credentials(for terminal: TerminalID, rawData: String) async throws -> [PlatformCredential] {
    let answers = await withTaskGroup(of: (Int, Result<PlatformCredential, any Error>).self) { group in
      for (place, platform) in all.enumerated() {
        group.addTask {
          do {
            return (place, .success(try await platform.credential(for: terminal, rawData: rawData)))
          } catch {
            return (place, .failure(error))
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    let credentials = answers.compactMap { try? $0.get() }
    if credentials.isEmpty, let first = answers.first { return [try first.get()] }
    return credentials
  }
}
