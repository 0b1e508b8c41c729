import CanteenCore
import FeatureLibrary

/// The people of the feature library by their numbers. Cards and PINs are given to nobody yet, so none is known.
struct LibraryPayers: PayerDirectory {
  let library: FeatureLibrary

  func user(numbered id: OutUserID) async -> RecognisedUser? { library.person(id)?.user }

  func user(ofCard card: String) async -> RecognisedUser? { nil }

  func user(ofPIN pin: String, numbered id: OutUserID) async -> RecognisedUser? { nil }
}
