import CanteenCore
import GatewayStore

extension PublishedLookAlikes {
  /// What is published after a comparison. Everyone whose look-alikes changed gets a new version. Tills take
  /// a new score model only together with a person, so when nobody changed the newest person is sent again.
  func followed(by pairs: [PersonPair: Float], model: ScoreModel, people: Int) -> LookAlikePublication {
    var affected: Set<OutUserID> = []
    for pair in Set(self.pairs.keys).symmetricDifference(pairs.keys) {
      affected.formUnion([pair.first, pair.second])
    }
    if affected.isEmpty, (self.model ?? .assumed) != model, let newest { affected = [newest] }
    return LookAlikePublication(
      pairs: pairs, model: model, people: people, sentAgain: affected.sorted { $0.text < $1.text })
  }
}
