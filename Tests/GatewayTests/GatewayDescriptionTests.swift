import CanteenCore
import CanteenTestSupport
import Hummingbird
import OpenAPIDescription
import Testing

@testable import Gateway

/// docs/openapi/gateway.yaml says what the gateway answers to.
struct GatewayDescriptionTests {
  private let description: APIDescription

  init() throws {
    description = try APIDescription(yaml: TestMaterial.project("docs/openapi/gateway.yaml"))
  }

  @Test func `Every call of the gateway is described, and nothing else is`() throws {
    let routes = try ServedGateway().routes
    let described = try description.differences(
      from: routes.tills().routes + routes.forPairing().routes + routes.office().routes)
    #expect(described.isEmpty)
  }

  @Test func `The words of the description are the words of the gateway`() throws {
    #expect(try description.words("RefusalReason") == RefusalReason.allCases.map(\.rawValue))
    #expect(try description.words("OrderState") == OrderState.allCases.map(\.rawValue))
    #expect(try description.words("Payer") == Payer.Kind.allCases.map(\.rawValue))
    #expect(try description.words("MoneyCollection") == MoneyCollection.Kind.allCases.map(\.rawValue))
    #expect(try description.words("AmountMode") == AmountMode.allCases.map(\.rawValue))
  }
}
