import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// The control interface, as a demo uses it.
extension Stage {
  struct TransactionRow: Decodable, Equatable {
    let out_trade_no: String
    let transaction_id: String?
    let out_user_id: String
    let amount_fen: Int64
    let trade_state: String
    let debt_state: String
    let attempts: Int
    let charges: Int
  }

  /// Makes a contract and returns the `user_id`.
  func contract(_ outUserID: String = "student-01", name: String? = nil, balance: Int64 = 20_000) async throws
    -> String
  {
    struct Account: Decodable { let user_id: String }
    var fields: [String: any Sendable] = [
      "out_user_id": outUserID, "organization_id": try self["organization_id"], "balance_fen": balance,
    ]
    fields["user_name"] = name
    return try await control(.POST, "contracts", fields, as: Account.self).user_id
  }

  func amend(_ fields: [String: any Sendable], of outUserID: String = "student-01") async throws {
    struct Account: Decodable { let user_id: String }
    _ = try await control(.PATCH, "contracts/\(outUserID)", fields, as: Account.self)
  }

  func fault(_ kind: String, of operation: String = "deduction", count: Int = 1) async throws {
    struct Planned: Decodable { let kind: String }
    let fields: [String: any Sendable] = ["kind": kind, "count": count, "operation": operation]
    _ = try await control(.POST, "faults", fields, as: Planned.self)
  }

  func transactions() async throws -> [TransactionRow] {
    try await control(.GET, "transactions", nil, as: [TransactionRow].self)
  }

  func transaction(_ number: String) async throws -> TransactionRow {
    try #require(try await transactions().first { $0.out_trade_no == number })
  }

  func control<Value: Decodable>(
    _ method: HTTPMethod, _ path: String, _ fields: [String: any Sendable]?, as type: Value.Type,
    status: UInt = 200
  ) async throws -> Value {
    var request = HTTPClientRequest(url: "\(try self["base_url"])/sandbox/\(path)")
    request.method = method
    if let fields {
      request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: fields)))
    }
    let response = try await httpClient.execute(request, timeout: .seconds(10))
    #expect(response.status.code == status)
    let body = try await response.body.collect(upTo: 1 << 20)
    return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
  }
}
