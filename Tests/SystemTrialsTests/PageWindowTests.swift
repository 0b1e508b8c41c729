import Testing

@testable import SystemTrials

@Suite struct PageWindowTests {
  private let till = #"     0x400002 "收银台 · Till": ("127.0.0.1__till" "Chromium")  1279x799+0+0  +0+0"#
  private let student =
    #"     0x200002 "刷脸付款 · Pay by face": ("127.0.0.1__student" "Chromium")  1359x767+1280+0  +1280+0"#
  private let others = """
      Root window id: 0x52e (the root window) (has no name)
         0x400004 (has no name): ()  1x1+0+0  +0+0
         0x600001 "chromium": ("chromium" "Chromium")  10x10+10+10  +10+10
    """

  @Test func `two pages in places of their own are two screens`() {
    #expect(PageWindow.screens(in: [others, student, till].joined(separator: "\n")) == 2)
    #expect(PageWindow.screens(in: [others, till].joined(separator: "\n")) == 1)
    #expect(PageWindow.screens(in: others) == 0)
  }

  @Test func `two pages in one place are one screen`() {
    let mirrored = student.replacing("+1280+0", with: "+0+0")
    #expect(PageWindow.screens(in: [mirrored, till].joined(separator: "\n")) == 1)
  }

  @Test func `a page that could not be loaded is not shown`() {
    #expect(PageWindow.screens(in: till.replacing("收银台 · Till", with: "127.0.0.1")) == 0)
  }
}
