import CanteenCore
package import FaceRecognition
import Logging
import TillAPI

/// What the till's camera sees, as events of the sale.
extension CheckoutService: SightingSink {
  package func saw(_ sighting: FaceExaminer.Sighting) async {
    for event in sighting.events { await saw(event, in: sighting.round) }
    if sighting.faces > 0 { await protect(.faceSeen) } else { session.sawNobody() }
  }

  func recognitionFails(_ isFailing: Bool) async {
    await block(isFailing ? [.recognitionFailed] : [], by: .recognition)
  }

  /// What was found out about an amount that has been given to somebody else meanwhile counts for nothing.
  private func saw(_ event: FaceExaminer.Event, in round: Int?) async {
    let isCurrent = round == session.identificationRound?.number
    switch event {
    case .present:
      metrics.count { $0.facesSeen += 1 }
    case .nearest(let track):
      await cameraSaw(.facePresent(track: track))
    case .left(let track, let wasStranger):
      if wasStranger { metrics.count { $0.strangersRefused += 1 } }
      await cameraSaw(.faceLeft(track: track))
    case .cameBack(let track, let old):
      await cameraSaw(.cameBack(track: track, from: old))
    case .identified, .lookAlikes, .notRecognised, .artefact, .ownsAmount, .claimRefused:
      if isCurrent { await found(event) }
    }
  }

  private func found(_ event: FaceExaminer.Event) async {
    switch event {
    case .ownsAmount(let track):
      await cameraSaw(.ownsAmount(track: track))
    case .claimRefused(let track):
      await cameraSaw(.claimRefused(track: track))
    case .identified(let identification):
      metrics.count { $0.identified += 1 }
      await cameraSaw(.identified(identification))
    case .lookAlikes(let question):
      await cameraSaw(.lookAlikes(question))
    case .notRecognised(let track):
      await cameraSaw(.notRecognised(track: track))
    case .artefact(let track, let reason):
      metrics.count { $0.artefactsRefused += 1 }
      logger.warning("An artefact showed a known face", metadata: ["reason": "\(reason.rawValue)"])
      await cameraSaw(.notRecognised(track: track))
    case .present, .nearest, .left, .cameBack: break
    }
  }

  /// Ignores a frame that was still being examined when the camera closed: it would lock a fixed amount and
  /// open the camera again.
  private func cameraSaw(_ event: CheckoutSession.Event) async {
    guard camera.phase != .closed else { return }
    await receive(event)
  }
}
