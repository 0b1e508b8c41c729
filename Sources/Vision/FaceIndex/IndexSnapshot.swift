import CFaceIndex

/// One state of the index, as searches read it while the next is being made.
///
/// A copy shares the templates; only who is where is copied, and only for segments that change.
struct IndexSnapshot<Owner: Hashable & Sendable>: Sendable {
  struct Segment: Sendable {
    let templates: TemplateSegment
    /// One bit per row; a row whose bit is 0 is never read.
    fileprivate(set) var live = [UInt64](repeating: 0, count: TemplateSegment.rows / 64)
    /// Whose row it is, by their number in the register.
    fileprivate(set) var people = [Int32](repeating: -1, count: TemplateSegment.rows)
  }

  private(set) var segments: [Segment] = []
  private(set) var templateCount = 0
  var people = PeopleRegister<Owner>()

  var peopleCount: Int { people.count }

  mutating func append(_ templates: TemplateSegment) { segments.append(Segment(templates: templates)) }

  mutating func setLive(_ place: RowPlace, of person: Int32) {
    segments[place.segment].live[place.row / 64] |= 1 << UInt64(place.row % 64)
    segments[place.segment].people[place.row] = person
    templateCount += 1
  }

  mutating func setDead(_ place: RowPlace) {
    segments[place.segment].live[place.row / 64] &= ~(1 << UInt64(place.row % 64))
    segments[place.segment].people[place.row] = -1
    templateCount -= 1
  }

  func topTwo(of probe: Probe, by pass: SearchPass, on path: ComparingPath) -> TopTwo<Owner> {
    var probe = probe.raw
    var found = canteen_face_top_two_of_nobody()
    for segment in segments {
      let templates = unsafe segment.templates.pointer
      switch pass {
      case .codes:
        unsafe canteen_face_top_two_by_codes(
          path.pointer, templates, segment.live, segment.people, &probe, &found)
      case .floats:
        unsafe canteen_face_top_two_by_floats(
          path.pointer, templates, segment.live, segment.people, &probe, &found)
      }
    }
    return TopTwo(best: candidate(found.best), runnerUp: candidate(found.runner_up))
  }

  private func candidate(_ found: canteen_face_candidate) -> TopTwo<Owner>.Candidate? {
    people[found.person].map { TopTwo.Candidate(owner: $0, cosine: found.cosine) }
  }
}
