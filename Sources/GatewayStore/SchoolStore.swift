/// Everything a gateway must not forget about its school.
///
/// Each method of each part is one transaction: what it writes is written as a whole, survives a power cut
/// once the method returns, and is seen by every later read. Decisions are made outside, on values; a method
/// that writes a decision says what must still hold. `GatewayStoreConformance` tests these promises.
package typealias SchoolStore = OrderStore & PeopleStore & TerminalStore & EventStore & ReportStore
  & OfficeStore
