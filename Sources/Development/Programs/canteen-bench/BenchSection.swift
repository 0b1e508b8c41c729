import ArgumentParser

/// A part of the measurements, with an object of its own in the report.
enum BenchSection: String, CaseIterable, ExpressibleByArgument {
  case ledger, gateway, lunch, search, memory, vision, capture
}
