/// What one frame says about whether a face is alive. A part that could not be measured is nil.
public struct LivenessSample: Sendable, Equatable {
  /// What happened since the first look at this face.
  public var motion: FaceMotion?
  public var spectrum: FaceSpectrum?
  public var infrared: InfraredLook?
  public var detector: DetectorOpinion?
  public var surface: FaceSurface?

  public init(
    motion: FaceMotion? = nil, spectrum: FaceSpectrum? = nil, infrared: InfraredLook? = nil,
    detector: DetectorOpinion? = nil, surface: FaceSurface? = nil
  ) {
    self.motion = motion
    self.spectrum = spectrum
    self.infrared = infrared
    self.detector = detector
    self.surface = surface
  }
}

/// How the face looked, whoever it is.
public struct FaceSurface: Sendable, Equatable {
  /// Mean grey, 0 … 255.
  public var brightness: Float
  /// Variance of the Laplacian.
  public var sharpness: Float

  public init(brightness: Float, sharpness: Float) {
    self.brightness = brightness
    self.sharpness = sharpness
  }

  init(_ quality: FaceQuality) {
    self.init(brightness: quality.brightness, sharpness: quality.sharpness)
  }

  // Living faces in 48 films changed by up to 1.11 and 1.62 between two samples.
  private static let (mostLight, mostDetail): (Float, Float) = (1.3, 2.5)

  /// No face changes so much between two samples: something else came before the camera.
  func isOther(than earlier: FaceSurface) -> Bool {
    func change(_ part: KeyPath<FaceSurface, Float>) -> Float {
      let (now, then) = (max(self[keyPath: part], 1), max(earlier[keyPath: part], 1))
      return max(now / then, then / now)
    }
    return change(\.brightness) > Self.mostLight || change(\.sharpness) > Self.mostDetail
  }
}

/// The motion of a face between two frames, split into what a flat sheet can do and what it cannot.
public struct FaceMotion: Sendable, Equatable {
  /// Turn of a solid head, in degrees, that explains the skin's motion beyond one homography; nil when too
  /// little of the skin could be followed.
  public var turn: Float?
  /// Standard error of `turn`, degrees.
  public var turnError: Float
  /// Angle between the lines of sight to the face then and now, degrees.
  public var travel: Float
  /// Longest over shortest axis of the sheet's stretch, minus 1; a tilted sheet shows more than 0.
  public var stretch: Float
  /// Change of the eyes over change of the skin, motion taken out; near 1 when nothing but light changed.
  public var eyeChange: Float?
  /// Textured places beside and above the head that went with the face.
  public var surroundingsThatWent: Int
  /// Those that stayed where they were in the frame.
  public var surroundingsThatStayed: Int
  /// Those that did neither.
  public var surroundingsLost: Int

  public init(
    turn: Float?, turnError: Float = 0, travel: Float, stretch: Float = 0, eyeChange: Float? = nil,
    surroundingsThatWent: Int = 0, surroundingsThatStayed: Int = 0, surroundingsLost: Int = 0
  ) {
    self.turn = turn
    self.turnError = turnError
    self.travel = travel
    self.stretch = stretch
    self.eyeChange = eyeChange
    self.surroundingsThatWent = surroundingsThatWent
    self.surroundingsThatStayed = surroundingsThatStayed
    self.surroundingsLost = surroundingsLost
  }
}

/// The highest peaks of the face's spectrum, over the mean of their band of frequencies.
public struct FaceSpectrum: Sendable, Equatable {
  public var greyPeak: Float
  /// Of red minus blue: the strips of a display leave coloured fringes.
  public var colourPeak: Float

  public init(greyPeak: Float, colourPeak: Float) {
    self.greyPeak = greyPeak
    self.colourPeak = colourPeak
  }
}

/// What the infrared camera saw where the face is.
public enum InfraredLook: Sendable, Equatable {
  /// - Parameter contrast: of the face's features, relative to its brightness.
  case face(contrast: Float)
  case noFace
  /// Nothing can be said: its lamp is off, its lens is covered, or its picture does not reach there.
  case unseen
}

/// What a ``PresentationAttackDetector`` said.
public struct DetectorOpinion: Sendable, Equatable {
  /// 0 an artefact … 1 alive.
  public var liveness: Float
  /// Below this the detector calls it an artefact.
  public var threshold: Float

  public init(liveness: Float, threshold: Float) {
    self.liveness = liveness
    self.threshold = threshold
  }
}
