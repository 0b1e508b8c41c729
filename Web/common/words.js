// Every word on both pages, Chinese first. The codes are those of the till's JSON.

export const notices = {
  not_recognised: ["未识别，请用付款码或刷卡", "Not recognised: use a payment code or card"],
  look_alikes_no_phone: [
    "相貌相似者未登记家长手机，请用付款码或刷卡", "Look-alikes, and no phone on file for one of them: use a payment code or card",
  ],
  look_alikes_same_tail: [
    "相貌相似者家长手机尾号相同，请用付款码或刷卡", "Look-alikes with the same phone tail: use a payment code or card",
  ],
  look_alikes_tries_used_up: ["手机尾号三次输错，请用付款码或刷卡", "Three wrong phone tails: use a payment code or card"],
  look_alikes_declined: ["学生未输入手机尾号，请用付款码或刷卡", "The student did not type the phone tail: use a payment code or card"],
  already_charged: ["刚刚已付款，需再付请点“允许再付”", "Has just paid; press “Allow repeat” to charge again"],
  objected: ["不能直接收款", "There is an objection to this sale"],
  cannot_be_sold: ["此单不能出售", "This cannot be sold"],
  code_refused: ["付款码未扣款，请换码或换方式", "The code was not charged; show another code or pay another way"],
  code_unclear: ["待确认：可能已扣款，请勿重复支付", "Unclear: it may have been charged; do not pay again"],
  session_timed_out: ["超时未识别，请重新输入金额", "No match in time; key the amount again"],
  booking_failed: ["订单未写入，未扣款", "The order was not written; nothing is charged"],
};

export const objections = {
  outside_periods: ["不在供餐时间", "outside the meal periods"],
  meal_taken: ["本餐已消费", "this meal was taken already"],
  over_order_limit: ["超过单笔限额", "over the limit for one order"],
  over_day_limit: ["超过当日限额", "over the limit for the day"],
  just_charged: ["刚刚已付款", "has just paid"],
  barred_blocked: ["该用户已禁用", "this user is blocked"],
  barred_contract_ended: ["家长已解约", "the contract has ended"],
  barred_advances_used_up: ["垫资次数已用完", "no advances left until the guardian repays"],
};

export const blockers = {
  no_lease: ["尚未取得授权，请检查网络", "No lease yet; check the network"],
  lease_expired: ["授权已过期，请检查网络", "The lease has run out; check the network"],
  library_empty: ["人脸库为空，请先录入", "The face library is empty; enrol people first"],
  library_stale: ["人脸库过旧，请检查网络", "The face library is too old; check the network"],
  camera_failed: ["摄像头故障，请检查连线", "The camera failed; check its cable"],
  recognition_failed: ["识别故障，请联系维护", "Recognition failed; call support"],
  ledger_failed: ["账本无法写入，请检查磁盘", "The ledger cannot be written; check the disk"],
  ledger_unproven: ["账本须先与后台核对，请检查网络", "The ledger must be compared with the gateway first; check the network"],
  ledger_behind: ["本机账本是旧的，请联系维护恢复", "This ledger is an old one; call support to recover it"],
  till_revoked: ["本收银机已被停用，请联系学校", "This till was revoked; call the school's office"],
  ledger_forked: ["账本与后台不符，请联系维护", "The gateway holds another ledger of this till; call support"],
  upload_refused: ["后台拒收订单，请联系维护", "The gateway refuses an order; call support"],
  ledger_damaged: ["账本条目损坏，请保留账本并联系维护", "Entries of the ledger are damaged; keep the file and call support"],
  clock_untrusted: ["时钟不可信，请联网校时", "The clock is wrong; connect to the gateway or set the clock"],
  too_many_unsent: ["未传订单过多，请联网", "Too many unsent orders; connect to the gateway"],
  too_much_unsent: ["未传金额过大，请联网", "Too much money unsent; connect to the gateway"],
  unsent_too_old: ["未传订单过久，请联网", "The oldest unsent order is too old; connect to the gateway"],
  disk_full: ["磁盘已满，请清理", "The disk is full; make room"],
};

/** What does not stop face payment yet. */
export const warnings = {
  unsent_orders: ["未传订单接近上限", "the number of unsent orders is near its limit"],
  unsent_amount: ["未传金额接近上限", "the unsent amount is near its limit"],
  oldest_unsent: ["最早未传订单将超时", "the oldest unsent order is nearly too old"],
  lease_age: ["授权即将过期", "the lease runs out soon"],
  library_age: ["人脸库久未更新", "the face library has not been synced for a long time"],
  free_disk: ["磁盘空间不足", "the disk is nearly full"],
  ledger_unread: ["账本无法读取，订单列表不是最新", "the ledger cannot be read; orders shown are not the newest"],
  infrared_camera_failed: ["红外摄像头无画面，防伪能力下降", "no infrared pictures; screens and prints are harder to detect"],
};

export const timeQualities = {
  unverified: ["时钟未校验", "clock not checked yet"],
  untrusted: ["时钟不可信", "clock is wrong"],
};

export const phases = {
  idle: ["请输入金额", "Enter the amount"],
  fixed: ["定额收款，等候学生", "Fixed amount: waiting for students"],
  count: ["计次收款，等候学生", "Counting meals: waiting for students"],
  menu: ["请点菜", "Choose dishes"],
  recognised: ["已识别，请输入金额", "Recognised; enter the amount"],
  recognised_menu: ["已识别，请点菜", "Recognised; choose dishes"],
  awaiting_face: ["请学生看镜头", "Student: look at the camera"],
  held: ["再按确认收款，或换一种方式", "Confirm again for the face, or pay another way"],
  awaiting_tail: ["相貌相似，等学生输入家长手机尾号", "Look-alikes: waiting for the phone tail"],
  awaiting_platform: ["付款码已出示，等待支付结果", "Payment code shown; waiting for the platform"],
  unclear: ["待确认，请勿重复支付", "Unclear: do not pay again"],
  booking: ["正在记账", "Booking"],
  accepted: ["支付已受理", "Accepted"],
};

export const orderStates = {
  accepted: ["待上传", "unsent"],
  queued: ["上传中", "being sent"],
  uploaded: ["待扣款", "uploaded"],
  paid: ["已扣款", "paid"],
  advanced: ["已垫资", "advanced"],
  delayed: ["延迟扣款", "delayed"],
  risk_rejected: ["风控拒绝", "risk rejected"],
  failed: ["未扣款", "failed"],
  taken_by_staff: ["其他方式", "taken by staff"],
  nothing_to_collect: ["无需扣款", "nothing to collect"],
  voided: ["已撤销", "voided"],
  refunded: ["已退款", "refunded"],
};

/** How money was collected. */
export const collections = {
  contract: ["刷脸代扣", "face, under contract"],
  agreement: ["协议代扣", "agreement with the platform"],
  payment_code: ["付款码", "payment code"],
  cash: ["现金", "cash"],
  other_device: ["其他设备", "another device"],
  school_account: ["校内账户", "school account"],
  unnamed: ["其他方式", "another way"],
};

export const amountModes = {
  manual: ["手动", "manual"],
  fixed: ["定额", "fixed"],
  menu: ["菜单", "menu"],
  count: ["计次", "count"],
};

/** What an operator does with a PIN. */
export const tasks = {
  override: ["放行", "Override"],
  repeat: ["允许再付", "Allow repeat"],
  void: ["撤销", "Void"],
  refund: ["退款", "Refund"],
  receipt: ["补打小票", "Print again"],
  open: ["开班", "Open shift"],
  close: ["结班", "Close shift"],
};

export const labels = {
  number: ["单号", "Order"],
  time: ["时间", "Time"],
  name: ["姓名", "Name"],
  mode: ["计价", "Mode"],
  collection: ["收款方式", "Paid by"],
  amount: ["金额", "Amount"],
  subsidy: ["补贴", "Subsidy"],
  to_collect: ["应扣", "To collect"],
  refunded: ["已退", "Refunded"],
  state: ["状态", "State"],
  reason: ["原因", "Reason"],
  transaction: ["支付单号", "Transaction"],
  meal: ["餐段", "Meal"],
  operator: ["操作员", "Operator"],
  orders: ["笔数", "Orders"],
  total: ["合计", "Total"],
};

export const cameraPhases = {
  closed: ["已关闭", "closed"],
  warm: ["待机（指示灯亮）", "warm, light on"],
  pre_recognition: ["预识别", "watching"],
  post_recognition: ["识别中", "recognising"],
};

export const networks = {
  up: ["在线", "online"],
  down: ["离线", "offline"],
  unknown: ["连接中", "connecting"],
};

export const screens = {
  wake: ["摄像头已休眠", "The camera is asleep"],
  guide: ["请走近，看镜头", "Come closer and look at the camera"],
  look_here: ["请看镜头", "Look at the camera"],
  phone_tail: ["请输入家长手机号后四位", "Enter the last 4 digits of your parent's phone"],
  recognised: ["您好", "Hello"],
  one_moment: ["请稍候", "One moment"],
  accepted: ["消费成功", "Accepted"],
  unclear: ["待确认，请勿重复支付", "Please wait: do not pay again"],
  already_paid: ["您已付过款", "You have paid already"],
  ask_staff: ["请咨询工作人员", "Please ask the staff"],
  not_recognised: ["未识别", "Not recognised"],
  other_way: ["请用其他方式付款", "Please pay another way"],
  unavailable: ["刷脸暂不可用", "Face payment is not available"],
};

export const screenHelp = {
  wake: ["点按钮开启摄像头", "Press the button to wake it"],
  not_recognised: ["请用付款码或刷卡，或再看一次镜头", "Use a payment code or card, or look again"],
  already_paid: ["如需再次付款请告诉工作人员", "Tell the staff if you want to pay again"],
  unclear: ["请等工作人员处理", "The staff will tell you"],
  ask_staff: ["此单未扣款", "Nothing was charged"],
  other_way: ["请用付款码、刷卡或现金，此单未扣款", "Payment code, card or cash; nothing was charged"],
  unavailable: ["请用付款码或刷卡", "Please use a payment code or card"],
  accepted: ["祝您用餐愉快", "Enjoy your meal"],
};

/** Keys of the phone tail's keypad that are not digits. */
export const tailKeys = {
  cancel: ["取消", "Cancel"],
  delete: ["⌫", "Delete"],
};

export const triesLeft = (count) =>
  [`还可输入 ${count} 次`, `${count} ${count === 1 ? "try" : "tries"} left`];

export const oneMeal = ["计次 1 餐", "1 meal"];

/** Yuan with two decimals from whole fen. */
export function yuan(fen) {
  const text = String(Math.abs(fen)).padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** Writes a pair of words: Chinese, then English in small print. A code without words is shown as it is. */
export function say(element, pair) {
  const [chinese, english] = typeof pair === "string" ? [pair, ""] : (pair ?? ["", ""]);
  const small = document.createElement("small");
  small.lang = "en";
  small.textContent = english;
  element.replaceChildren(chinese, small);
}

/** A new element of this kind that says a pair of words. */
export function saying(kind, pair) {
  const element = document.createElement(kind);
  say(element, pair);
  return element;
}
