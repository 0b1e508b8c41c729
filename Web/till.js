import { blockers, cameraPhases, networks, notices, orderStates, phases, say, yuan } from "./words.js";

const at = (id) => document.getElementById(id);
const keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", "⌫"];

let keyed = "";
let view = null;

function drawKeypad() {
  for (const key of keys) {
    const button = document.createElement("button");
    button.textContent = key;
    button.addEventListener("click", () => press(key));
    at("keypad").append(button);
  }
  const enter = document.createElement("button");
  enter.className = "enter";
  say(enter, ["确定", "Enter"]);
  enter.addEventListener("click", () => press("Enter"));
  at("keypad").append(enter);
}

function press(key) {
  if (key === "Enter") return lock();
  if (key === "⌫") keyed = keyed.slice(0, -1);
  else if (/^\d{0,4}(\.\d{0,2})?$/.test(keyed + key)) keyed += key;
  drawAmount();
}

async function lock() {
  if (keyed === "") return;
  if (await send("/api/amount", { yuan: keyed.replace(/\.$/, "") })) keyed = "";
  drawAmount();
}

/** Sends a key of the staff; shows the till's own words when it refuses. */
async function send(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    if (answer.ok) return true;
    const refusal = await answer.json();
    say(at("notice"), ["未执行", refusal.message]);
  } catch {
    say(at("notice"), ["终端程序无响应", "The till does not answer"]);
  }
  return false;
}

function drawAmount() {
  const typing = keyed !== "";
  at("amount").textContent = typing ? keyed : yuan(view?.sale.amount_fen ?? view?.fixed_amount_fen ?? 0);
  at("amount").classList.toggle("typing", typing);
}

function state(id, pair, level) {
  say(at(id), pair);
  at(id).dataset.level = level;
}

function age(seconds) {
  if (seconds < 120) return [`${seconds} 秒`, `${seconds} s`];
  const minutes = Math.floor(seconds / 60);
  return [`${minutes} 分钟`, `${minutes} min`];
}

function draw() {
  const { sale, camera, network, unsent } = view;
  document.body.dataset.phase = sale.phase;
  at("terminal").textContent = view.terminal_id;
  const [cameraZh, cameraEn] = cameraPhases[camera.phase];
  state(
    "camera",
    [`摄像头 ${camera.error ? "故障" : cameraZh}`, camera.error ?? `camera ${cameraEn}`],
    camera.error ? "bad" : camera.phase === "closed" ? "idle" : "good",
  );
  const [networkZh, networkEn] = networks[network];
  state("network", [`网络 ${networkZh}`, networkEn], network === "up" ? "good" : "warn");
  const [oldZh, oldEn] = age(unsent.oldest_seconds ?? 0);
  state(
    "unsent",
    unsent.orders === 0
      ? ["无未传订单", "nothing unsent"]
      : [
        `未传 ${unsent.orders} 笔 ¥${yuan(unsent.amount_fen)} 最早 ${oldZh}`,
        `${unsent.orders} unsent, oldest ${oldEn}`,
      ],
    unsent.refused ? "bad" : unsent.orders === 0 ? "good" : "warn",
  );
  state("people", [`人脸库 ${view.people} 人`, `${view.people} people`], view.people ? "good" : "warn");

  const waitsForFaces = sale.phase === "idle" && view.fixed_amount_fen !== undefined;
  say(at("phase"), waitsForFaces ? phases.fixed : phases[sale.phase]);
  at("name").textContent = sale.name ?? "";
  const blocker = view.blockers[0];
  if (sale.notice) {
    const [zh, en] = notices[sale.notice.code];
    say(at("notice"), [zh, sale.notice.detail ? `${en} (${sale.notice.detail})` : en]);
  } else {
    say(at("notice"), blocker ? blockers[blocker] : ["", ""]);
  }
  at("repeat").hidden = sale.notice?.code !== "already_charged";
  at("cancel").hidden = !["awaiting_face", "recognised"].includes(sale.phase);
  at("wake").hidden = camera.phase !== "closed";
  drawAmount();
  at("orders").replaceChildren(...view.recent.map(row));
}

function row(order) {
  const cells = [
    new Date(order.accepted_at).toLocaleTimeString("zh-CN", { hour12: false }),
    order.display_name ?? "—",
    `¥${yuan(order.amount_fen)}`,
  ].map((text) => Object.assign(document.createElement("td"), { textContent: text }));
  const stateCell = document.createElement("td");
  stateCell.dataset.state = order.state;
  say(stateCell, orderStates[order.state]);
  stateCell.title = `${order.out_trade_no} ${order.reason ?? ""}`;
  const line = document.createElement("tr");
  line.append(...cells, stateCell);
  return line;
}

function listen() {
  const events = new EventSource("/api/till/events");
  events.onmessage = (event) => {
    view = JSON.parse(event.data);
    draw();
  };
  events.onerror = () => state("network", ["终端程序无响应", "the till does not answer"], "bad");
}

document.addEventListener("keydown", (event) => {
  if (event.target instanceof HTMLButtonElement && event.key === "Enter") return;
  const key = event.key === "Backspace" ? "⌫" : event.key;
  if (key === "Escape") send("/api/cancel");
  if (keys.includes(key) || key === "Enter") press(key);
});
at("cancel").addEventListener("click", () => send("/api/cancel"));
at("repeat").addEventListener("click", () => send("/api/allow-repeat"));
at("wake").addEventListener("click", () => send("/api/camera/wake"));
at("staff").addEventListener("click", async () => {
  if (await send("/api/taken-by-staff", { yuan: keyed })) keyed = "";
});

drawKeypad();
listen();
