/// Everything a gateway must not forget about its school.
///
/// Each method of each part is one transaction: what it says is written whole, survives a power cut once it returns,
/// and is seen by whoever reads afterwards. What is decided is decided outside, on values; a method that writes a
/// decision says what must still hold for it. `GatewayStoreConformance` is the promise as tests.
package typealias SchoolStore = OrderStore & PeopleStore & TerminalStore & EventStore & ReportStore
  & OfficeStore
