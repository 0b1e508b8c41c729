public import CanteenCore
import Crypto
import Foundation

/// A bill of one day, as far as it can be read.
public struct TradeBill: Sendable, Equatable {
  public let lines: [BillLine]
  public let flaws: [BillFlaw]
}

extension WeChatPayClient {
  /// In bytes; about half a million lines.
  static let largestBill = 128 << 20

  /// Every payment and refund of one day (`GET /v3/bill/tradebill`, then the file), in the bill's order.
  ///
  /// - Parameter subMerchant: nil for all sub-merchants of the service provider.
  /// - Throws: also for a file whose hash differs, whose sums are not those of its lines, or that is cut off.
  ///   A single line that cannot be read is named in the bill and left out.
  public func tradeBill(
    on day: SchoolDay, subMerchant: String? = nil
  ) async throws(TradeBillError) -> TradeBill {
    let promise = try await promise(of: day, subMerchant: subMerchant)
    let file: Data
    do throws(WeChatPayError) {
      file = try await connection.file(at: promise.download, upTo: Self.largestBill)
    } catch {
      throw .call(error)
    }
    guard promise.describes(file) else { throw .wrongHash }
    do throws(BillFlaw) {
      let text = try TradeBillText(file)
      return TradeBill(lines: text.lines, flaws: text.flaws)
    } catch {
      throw .flawed(error)
    }
  }

  private func promise(of day: SchoolDay, subMerchant: String?) async throws(TradeBillError) -> BillPromise {
    var query = [("bill_date", day.description), ("bill_type", "ALL")]
    if let subMerchant { query.append(("sub_mchid", subMerchant)) }
    do throws(WeChatPayError) {
      return try await connection.answer(to: .get(["v3", "bill", "tradebill"], query: query))
        .value(BillPromise.self)
    } catch {
      // By whatever status: both have come as 400 and as 404.
      switch error.refusal?.code {
      case "NO_STATEMENT_EXIST": throw .noBusiness
      case "STATEMENT_CREATING": throw .notReady
      default: throw .call(error)
      }
    }
  }
}

/// What the platform signed about a bill: where its file is and which hash it has.
private struct BillPromise: Decodable {
  let download: SignedCall
  private let hashType: String
  private let hashValue: String

  enum CodingKeys: String, CodingKey {
    case hashType = "hash_type"
    case hashValue = "hash_value"
    case address = "download_url"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    hashType = try container.decode(String.self, forKey: .hashType)
    hashValue = try container.decode(String.self, forKey: .hashValue)
    let address = try container.decode(String.self, forKey: .address)
    guard let download = SignedCall.get(address: address) else {
      throw DecodingError.dataCorruptedError(forKey: .address, in: container, debugDescription: "no address")
    }
    self.download = download
  }

  func describes(_ file: Data) -> Bool {
    hashType == "SHA1" && Insecure.SHA1.hash(data: file).hex == hashValue.lowercased()
  }
}
