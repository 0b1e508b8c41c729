import Benchmarks

/// The last line; sections that were not measured are left out.
struct BenchReport: Encodable {
  var ledger: LedgerBenchmark.Figures?
  var gateway: GatewayBenchmark.Figures?
  var lunch: LunchFigures?
  var search: SearchFigures?
  var memory: MemoryFigures?
  var vision: VisionFigures?
  var capture: CaptureFigures?
}
