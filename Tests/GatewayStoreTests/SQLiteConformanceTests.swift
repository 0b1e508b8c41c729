import CanteenTestSupport
import GatewayStore
import GatewayStoreConformance
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SQLiteConformanceTests {
  @Test(arguments: GatewayStoreConformance.allCases)
  func `SQLite keeps a school`(check: GatewayStoreConformance) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("gateway.sqlite")
    let (store, replica) = (try SQLiteGatewayStore(path: path), try SQLiteGatewayStore(path: path))
    try await check.check(
      StoreUnderTest(store: store, replica: replica) {
        store.close()
        replica.close()
        return try SQLiteGatewayStore(path: path)
      })
  }
}
