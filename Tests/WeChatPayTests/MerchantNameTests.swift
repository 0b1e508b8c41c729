import Testing
import WeChatPay

struct MerchantNameTests {
  @Test(arguments: ["示范学校", "St. Mary's", "示范学校🍚"])
  func `A name of which something is left is taken`(name: String) {
    #expect(MerchantName(name).flaw == nil)
  }

  @Test(arguments: [
    "", "  ", "🍚🍜", "示范\n学校", "示范\u{0}学校", String(repeating: "学", count: 41),
  ])
  func `A name that every order would be refused for is named at the start`(name: String) {
    #expect(MerchantName(name).flaw != nil)
  }
}
