import CaptureBench
import LedgerBench
import MemoryBench
import SearchBench
import VisionBench

/// The last line; sections that were not measured are left out.
struct BenchReport: Encodable {
  var ledger: LedgerBench.Figures?
  var lunch: LunchFigures?
  var search: SearchFigures?
  var memory: MemoryFigures?
  var vision: VisionFigures?
  var capture: CaptureFigures?
}
