import { Basket, isAmountKey } from "./basket.js";
import { once, post } from "../common/calls.js";
import { keepTimeOf } from "../common/clock.js";
import { hear } from "../common/hear.js";
import { drawOrders } from "./orders.js";
import { drawShift } from "./shift.js";
import { askStaff } from "./staff.js";
import {
  blockers, cameraPhases, networks, notices, objections, phases, say, saying, timeQualities, warnings, yuan,
} from "../common/words.js";

const at = (id) => document.getElementById(id);

let view = null;
let refused = null;
// What staff chose with the switch; null until then, when the till's own setting holds.
let byMenu = null;

const basket = new Basket(at("keypad"), at("menu"), basketChanged);

/** Sends what staff pressed; shows the till's own words when it refuses. */
async function send(path, body) {
  const { refusal } = await post(path, body);
  refused = refusal ?? null;
  if (view) drawNotice();
  return !refusal;
}

/** With nothing keyed, the amount that waits is for whoever stands there now. */
async function confirm() {
  if (basket.isEmpty) {
    if (mayOfferAgain()) await send("/api/amount/again");
  } else if (await send("/api/amount", basket.body)) basket.clear();
}

function mayOfferAgain() {
  return ["awaiting_face", "held"].includes(view?.sale.phase);
}

let wasKeying = false;

/** A camera needs a second or two to open; the first key gives it that time before the amount is locked. */
function basketChanged() {
  if (!basket.isEmpty && !wasKeying && view?.camera.phase === "closed") post("/api/keying");
  wasKeying = !basket.isEmpty;
  drawAmount();
}

function drawAmount() {
  const typing = basket.text !== null;
  const fen = view?.sale.amount_fen ?? view?.fixed_amount_fen ?? 0;
  // Only a counted meal has no price at all.
  const counted = !typing && view?.sells === "count" && fen === 0;
  at("currency").hidden = counted;
  at("amount").textContent = counted ? "计次" : typing ? basket.text : yuan(fen);
  at("amount").classList.toggle("typing", typing);
  at("lines").textContent = basket.lines.join("，");
  at("enter").disabled = basket.isEmpty && !mayOfferAgain();
  at("clear").disabled = basket.isEmpty;
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

function drawStates({ terminal_id, camera, network, unsent, people, time_quality }) {
  at("terminal").textContent = terminal_id;
  const [cameraZh, cameraEn] = cameraPhases[camera.device === "warm" ? "warm" : camera.phase];
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
  state("people", [`人脸库 ${people} 人`, `${people} people`], people ? "good" : "warn");
  at("time").hidden = time_quality === "trusted";
  state("time", timeQualities[time_quality], time_quality === "untrusted" ? "bad" : "warn");
}

/** First, in red, what stops face payment; then, in yellow, what may soon stop or already weakens it. */
function drawAlerts() {
  const alert = (level, pair) => {
    const line = saying("li", pair);
    line.dataset.level = level;
    return line;
  };
  at("alerts").replaceChildren(
    ...view.blockers.map((code) => alert("bad", blockers[code] ?? code)),
    ...view.warnings.map((code) => alert("warn", warnings[code] ?? code)),
  );
}

function drawNotice() {
  const { notice } = view.sale;
  const pair = notice && (notices[notice.code] ?? [notice.code, ""]);
  const detail = notice?.detail ? ` (${notice.detail})` : "";
  say(at("notice"), refused ?? (pair ? [pair[0], pair[1] + detail] : null));
  at("objections").replaceChildren(
    ...(notice?.objections ?? []).map((code) => saying("li", objections[code] ?? code)),
  );
  at("repeat").hidden = notice?.code !== "already_charged";
  at("override").hidden = !notice?.may_override;
}

function drawSale() {
  const { sale, sells, camera } = view;
  document.body.dataset.phase = sale.phase;
  const waiting = ["fixed", "count"].includes(sells) && basket.isEmpty ? sells : usesMenu() ? "menu" : "idle";
  const words = { idle: waiting, recognised: usesMenu() ? "recognised_menu" : "recognised" };
  say(at("phase"), phases[words[sale.phase] ?? sale.phase]);
  at("name").textContent = sale.name ?? "";
  at("cancel").hidden = !["awaiting_face", "held", "awaiting_tail", "recognised"].includes(sale.phase);
  const isUnclear = sale.phase === "unclear";
  for (const id of ["meal-given", "meal-withheld"]) at(id).hidden = !isUnclear;
  for (const id of ["cash", "by-staff"]) at(id).hidden = isUnclear || sale.phase === "awaiting_platform";
  at("wake").hidden = camera.phase !== "closed";
  at("sleep").hidden = camera.phase !== "pre_recognition";
  drawNotice();
}

const usesMenu = () => view.menu.length > 0 && (byMenu ?? view.sells === "menu");

function drawKeys() {
  const menu = usesMenu();
  basket.show(menu);
  basket.use(view.menu);
  at("switch").hidden = view.menu.length === 0;
  at("by-menu").setAttribute("aria-pressed", String(menu));
  at("by-amount").setAttribute("aria-pressed", String(!menu));
  const price = view.sells === "fixed" && view.fixed_amount_fen !== undefined ? `¥${yuan(view.fixed_amount_fen)}` : null;
  const meal = view.period ?? "";
  const what = view.sells === "count" ? "计次" : view.sells === "fixed" ? (price ?? "无定价") : "";
  at("price").hidden = `${meal}${what}` === "";
  say(at("price"), [[meal, what].filter(Boolean).join(" · "), "current meal"]);
}

function draw() {
  keepTimeOf(view);
  drawStates(view);
  drawAlerts();
  drawShift(view);
  drawKeys();
  drawSale();
  drawAmount();
  drawOrders(view.recent);
}

let step = "";

function show(news) {
  view = news;
  // A refusal stays until the sale goes on.
  const next = JSON.stringify([view.sale.phase, view.sale.out_trade_no, view.sale.notice]);
  if (next !== step) refused = null;
  step = next;
  draw();
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.target instanceof HTMLButtonElement && event.key === "Enter") return;
  const key = event.key === "Backspace" ? "⌫" : event.key;
  if (key === "Escape") once(at("cancel"), () => send("/api/cancel"));
  else if (key === "Enter") once(at("enter"), confirm);
  else if (isAmountKey(key)) basket.press(key);
});

// After a tap or a dialog, Enter confirms the sale again instead of pressing the key that was tapped last.
document.addEventListener("click", (event) => {
  if (event.detail > 0) event.target.closest("main button")?.blur();
});
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("close", () => {
    if (!document.querySelector("dialog[open]")) document.activeElement?.blur();
  });
}

function onClick(id, work) {
  at(id).addEventListener("click", () => once(at(id), work));
}

onClick("enter", confirm);
onClick("cancel", () => send("/api/cancel"));
onClick("wake", () => send("/api/camera/wake"));
onClick("sleep", () => send("/api/camera/close"));
async function takeByHand(how) {
  if (await send("/api/taken-by-staff", { ...(basket.isEmpty ? {} : basket.body), ...how })) basket.clear();
}
onClick("by-staff", () => takeByHand({}));
onClick("cash", () => takeByHand({ taken: "cash" }));
onClick("meal-given", () => send("/api/payment-code/unclear", { meal_given: true }));
onClick("meal-withheld", () => send("/api/payment-code/unclear", { meal_given: false }));
at("clear").addEventListener("click", () => basket.clear());
at("repeat").addEventListener("click", () => askStaff({ kind: "repeat", path: "/api/allow-repeat", reason: true }));
at("override").addEventListener("click", () => askStaff({ kind: "override", path: "/api/override", reason: true }));
for (const [id, menu] of [["by-menu", true], ["by-amount", false]]) {
  at(id).addEventListener("click", () => {
    byMenu = menu;
    if (view) draw();
  });
}

hear("till", show, () => state("network", ["终端程序无响应", "the till does not answer"], "bad"));
