import CanteenCore
import WeChatPay

/// Keys made for these tests alone, and signatures over known texts made with OpenSSL:
/// `openssl dgst -sha256 -sign KEY FILE | base64`.
enum GoldenVector {
  static let merchantPrivateKey = """
    -----BEGIN PRIVATE KEY-----
    MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCbPUZ1aGVB9lyK
    /4ZWwAkyoH1CsrfMEYeUIiet41NIvYWZBiUGNQBqguzJT9r5Mm0drraYJgqUIO3j
    vXzqb3Y1agjXN9jC+eVrdLCXKPq8tTSGul5dpRuzihV2bUCZmzQjumTW4GY9+jTD
    BJDkIxq/O73rcJfmuQxbdj4rkITQS3HSF6d8EcX/gs1JWVLStsNHJBPoH4Cfl+tM
    DHFwrpLuWUYBipniY51HhSqCZAPJTZE+HSwyTfxmn+hXkOzDuzfrldt2w624+ub3
    GvpxTz2ReW+dFQlUArzrTBR8hNfvjQ4Jr3UkiaYI6ikvKC11fHPeGhSfwh/86gU+
    Y39yilGTAgMBAAECggEAFk4dGBSKbApibKRfYIqSJ8CQjutP5lXkdZ/ctKrzlgGJ
    Nx3/Zt9psmQicqBzNZgNvpSSbtUUcwkyNSVOU/707KLSJ15CWm1+jcyD7Qw5zrB4
    nh0cHvdwvgDKqavz+r4mpTWMdKVke2Y+e4Dl8qmql6yVUsVoRgHzqRaZwzeuJaFg
    LOvUED+cycQA1QBBTfB16IbbpxQfvN0fHqClBo3Sbmk+e7/jJqvYorzSBLCk0aUH
    /xfAa8QVKCER2EkVgnbcMvJ4l/LqCwYJiFHMUq+xUJItUqhf1f/51737y9tKYcO4
    vsNgVgLgF9DzAfaekKakIKXjeU/EFZvsUvG1UzLpyQKBgQDIkbSpUPMcpvEKpQv/
    zAH/SKjjL1mvkuJ/Vx9tI+LkS0CY9EdSnGJoBu0/La7uL+qeI9W45uzKQWYy1k15
    pa6OOLgUGLEiPVMp+Uz3xyX2GW9Iuu12cFGEkDWz+WkFQtm9D6CjSA2WwRGCTOrM
    VBt+VoPX+OCmJ7yxuLhVVSa8mwKBgQDGJHrV7jsxS2PCJv93zdM7ZZCDWzeRtLJg
    lgnUg75LFonQkicvHeer9Yh/ZqHggpFTXbVBa7DFuHlW3BTRLkUHfyq6grE0VsZZ
    OLVgL6HPSNunDs2Bc+u6uM2qh//2zcGWwDqyH9HDARRDP42o7A+OQSkGsfddHSAd
    kxISLgVCaQKBgQDBCyydgqJbw3pgynaAH3UUpnSXJW3nBTMnaU2AGHg7Twq/rO4w
    3wAALBqRIoEqE8h3qPn925WxHb0l1QoAua0GiiTygsmKsQeocKDaIz2wXs6za+c+
    heCP/NUTgkzImY1E4RO11JXvsagOh8W+IH3N3atMZeijQ7/kNmyFBU4hXQKBgQCo
    I3qtITzPptbfgXJV+q4eACCypuwv07NurMNot+b6FwUZnXxsyia20GNlIPWK66Fg
    qetOuZDHJ7Sn1ZhArc/b/biHjrHK5TvpqGqZVbIskPn7+F7BVFocGAhGhqPZjl6R
    i0wDrWa14KuOKVcPmknVAExNJyXuuPFwx0WVccH6yQKBgQClanZ1uWrWSBL0PNPt
    qnWyHPbxbHm3If5JP9lF3oddk1vP9Tb2f0Nf4mQXfPDoPwu3MPdqSfdOq0ncqlZe
    n7UAinUauwyOcgaan+IJSkDfRQc8cMwz9yH6f1Q3cJ7tg5fiKFvzJCwLrsiAJmfm
    3z+qIDH15txeqmnDewAVf7Ys4A==
    -----END PRIVATE KEY-----
    """

  static let platformPublicKey = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkD/lDhLhr2gJ5FgfVuqK
    cpp0JTzdgpczbsSpzt4tin7jyNKhEIx66bCEGTrZaJ3hfPaT0Ydpyz4vVL+SgOC2
    gwrbBM7tjsxj6cLBsvBq9cYp4kI7EiqPoIfnx5WEJ7Fi+P83BU5R709RA1dzLw2v
    vUBSznDqp+DE7B84tcEz5KjPRQKnKxWgYOofVKAjqJrA0NaO0DtOjg8pt2pwyIbH
    SQIeNO2OvuCUeX0rOMB410FNdcIJFfuBNEFXmKxPEwroN3fC9p0aJaUwHVdOSEMm
    AlAG8MhiqZTfaH9y8eVf9BtZFaoa8urA8XVVDbFRhk0z/eP5KnQ9L2kodjpII0Rt
    RwIDAQAB
    -----END PUBLIC KEY-----
    """

  static let timestamp: Int64 = 1_554_208_460
  static let nonce = "593BEC0C930BF1AFEB40B4A08C8FB242"
  static let requestBody = #"{"organization_id":"O1000","device_id":"till-1","raw_data":"学校"}"#
  /// Over `POST /v3/offlineface/authinfo` with the values above.
  static let requestSignature = """
    HxfCEwyro52AWvdDdLozYu1gbO8/zyWqqnztBhTnDprCce1czz6BjeFs7SBKN/q8xTndLg6kFEEnwKnB/MsxUV9jQv\
    gC+/KR8HKBK0VuuxxZX4QvOKHTGqGhEawSZ2q5sXbi2Z2XQLNtJU4UrD5KgexT0LcyDbLMuQrSFc0XztfDIoluWSl2\
    ezZpuhyFBg2q/Ig3vDJYGb+lCRwwG+UjcK0KRKrL/p5peX+tqS7TazEj8GAOimlgaXbEgax5MAKpWuskqwkHXFdsgr\
    NuYM/mWq3HWlpuo00Z6CeKzdbzE/75Mj6gAlGzzi494DTvKt6WD8nBeFlJXpllHEY2eML/LQ==
    """

  static let answerNonce = "answernonce"
  static let answerBody = #"{"authinfo":"x"}"#
  static let answerSignature = """
    eO+Sr6WfGa8vk/NSPwLPaF1ixMQwDkR7FpHAHK0IHa2bKB4xKMQsDlobwQ4UNlV4hP/gwjb+7n4hCZ02De0E3NVu95\
    o0Miszl35PtMQ9h1wnw+Oj9ieUHnwT/gtHyxm0Iyyjgl/ldL26JO9wSItscfW5E6grAMin5ShKNnksTwtIDuk7e1Xk\
    XYPwFrP9IjobevuCvYsKABWKbFdmm7sq/SdHXCqe2CeHShoATN7lXwmTBUesgYu8X34yDOjQQ3K0RCi9hRdpKLJVgb\
    N6Jne8BLuDboZzBvogy/fsuRrKe+XJ9l6tqcSotRdMm8zlsTk5++t+oGu7NkR2HcjfDNq72w==
    """
  /// Over an empty body, as of a 204.
  static let emptyAnswerSignature = """
    XC7vnoJzsG2lZS9EpnTKAN3eeMoT+0OdmziEFDpXfWNjP14ygQgycLBQOd4UpqXcvAQOXnNIoTRfFogoclyTJdp/BE\
    tjfm5LZIAiMHXToh81Kr3RRQc/gZgCHMw3rwqDQLi49WzLm9n+1MqKetuyenG0dTcX92nZ8omf9fIq8Wtd+mmd1xFe\
    3B0ZJ9nge8IZk95rbCB1M3Qi+oPDPiuv2VXK3FBB28+E1ERAMjOomegt4j0Gw97ctV9FyxgzYTQ0PPYMqVIWbGHdq4\
    qz1sBGnKU/uXhHfL9MEsBtdYJ5bmVsF3L2bD4SrWVsq3JLNE//u0/cy2fxCDyZ3bF5jR9r7g==
    """

  static let platformKeyID = "PUB_KEY_ID_0114000000000000"

  static func credentials() throws -> WeChatPayCredentials {
    try WeChatPayCredentials(
      spMerchant: "1900000001", spAppID: "wx0011223344556677", certificateSerial: "AB12CD34",
      merchantPrivateKey: merchantPrivateKey, platformKeyID: platformKeyID,
      platformPublicKey: platformPublicKey, apiV3Key: "0123456789abcdef0123456789abcdef")
  }
}
