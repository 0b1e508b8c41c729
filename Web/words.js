// Every word on both pages, Chinese first. The codes are those of the till's JSON.

export const notices = {
  not_recognised: ["未识别，请用付款码或刷卡", "Not recognised: use a payment code or card"],
  already_charged: ["刚刚已付款，需再付请点“允许再付”", "Has just paid; press “Allow repeat” to charge again"],
  session_timed_out: ["超时未识别，请重新输入金额", "No match in time; key the amount again"],
  booking_failed: ["订单未写入，未扣款", "The order was not written; nothing is charged"],
};

export const blockers = {
  no_lease: ["尚未取得授权，请检查网络", "No lease yet; check the network"],
  lease_expired: ["授权已过期，请检查网络", "The lease has run out; check the network"],
  library_empty: ["人脸库为空，请先录入", "The face library is empty; enrol people first"],
  camera_failed: ["摄像头故障，请检查连线", "The camera failed; check its cable"],
  recognition_failed: ["识别故障，请联系维护", "Recognition failed; call support"],
  ledger_failed: ["账本无法写入，请检查磁盘", "The ledger cannot be written; check the disk"],
};

export const phases = {
  idle: ["请输入金额", "Enter the amount"],
  fixed: ["定额收款，等候学生", "Fixed amount: waiting for students"],
  recognised: ["已识别，请输入金额", "Recognised; enter the amount"],
  awaiting_face: ["请学生看镜头", "Student: look at the camera"],
  booking: ["正在记账", "Booking"],
  accepted: ["支付已受理", "Accepted"],
};

export const orderStates = {
  accepted: ["待上传", "unsent"],
  uploaded: ["待扣款", "uploaded"],
  paid: ["已扣款", "paid"],
  advanced: ["已垫资", "advanced"],
  delayed: ["延迟扣款", "delayed"],
  risk_rejected: ["风控拒绝", "risk rejected"],
  failed: ["未扣款", "failed"],
  taken_by_staff: ["其他方式", "taken by staff"],
};

export const cameraPhases = {
  closed: ["已关闭", "closed"],
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
  recognised: ["您好", "Hello"],
  one_moment: ["请稍候", "One moment"],
  accepted: ["消费成功", "Accepted"],
  already_paid: ["您刚刚已付款", "You have just paid"],
  not_recognised: ["未识别", "Not recognised"],
  unavailable: ["刷脸暂不可用", "Face payment is not available"],
};

export const screenHelp = {
  wake: ["点按钮开启摄像头", "Press the button to wake it"],
  not_recognised: ["请用付款码或刷卡，或再看一次镜头", "Use a payment code or card, or look again"],
  already_paid: ["如需再次付款请告诉工作人员", "Tell the staff if you want to pay again"],
  unavailable: ["请用付款码或刷卡", "Please use a payment code or card"],
  accepted: ["祝您用餐愉快", "Enjoy your meal"],
};

/** Yuan with two decimals from whole fen. */
export function yuan(fen) {
  const text = String(Math.abs(fen)).padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** Writes a pair of words: Chinese, then English in small. */
export function say(element, pair) {
  const [chinese, english] = pair ?? ["", ""];
  const small = document.createElement("small");
  small.lang = "en";
  small.textContent = english;
  element.replaceChildren(chinese, small);
}
