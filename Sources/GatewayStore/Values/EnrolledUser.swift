package import CanteenCore
package import Foundation

/// A face user as the gateway keeps them. Photographs are not kept.
package struct EnrolledUser: Sendable, Equatable {
  package let user: RecognisedUser
  /// The guardian's contract is signed and the user is not blocked.
  package let mayPay: Bool
  /// nil once the user is forgotten.
  package let shots: SealedShots?
  /// Phone and contract account, encrypted; nil when the school gave none.
  package let sealedGuardian: Data?

  package init(
    user: RecognisedUser, mayPay: Bool, shots: SealedShots?,
    sealedGuardian: Data? = nil
  ) {
    self.user = user
    self.mayPay = mayPay
    self.shots = shots
    self.sealedGuardian = sealedGuardian
  }
}

/// A person's templates, encrypted.
package struct SealedShots: Sendable, Equatable {
  /// What made the templates; nil for those of versions that did not note it.
  package let origin: EmbeddingOrigin?
  package let bytes: Data

  package init(origin: EmbeddingOrigin?, bytes: Data) {
    self.origin = origin
    self.bytes = bytes
  }
}
