import { askStaff } from "./staff.js";
import { print } from "./paper.js";
import { dateAndTime, timeOfDay } from "../common/clock.js";
import { amountModes, collections, labels, orderStates, say, saying, tasks, yuan } from "../common/words.js";

const at = (id) => document.getElementById(id);
const voidable = ["accepted", "queued", "uploaded", "delayed", "taken_by_staff", "nothing_to_collect"];
const refundable = ["paid", "advanced"];

let opened = null;
let drawn = "";

/** The newest orders; a tap opens one. */
export function drawOrders(orders) {
  // A row that is replaced between press and release would lose the tap.
  const now = JSON.stringify(orders);
  if (now === drawn) return;
  drawn = now;
  at("orders").replaceChildren(...orders.map(row));
  const again = opened && orders.find((order) => order.out_trade_no === opened.out_trade_no);
  if (again && at("order").open && JSON.stringify(again) !== JSON.stringify(opened)) draw(again);
}

function row(order) {
  const cells = [
    timeOfDay(order.accepted_at),
    order.display_name ?? "—",
    price(order),
  ].map((text) => Object.assign(document.createElement("td"), { textContent: text }));
  const state = saying("td", orderStates[order.state] ?? order.state);
  state.dataset.state = order.state;
  const line = document.createElement("tr");
  line.tabIndex = 0;
  line.append(...cells, state);
  line.addEventListener("click", () => open(order));
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.stopPropagation();
    open(order);
  });
  return line;
}

function price(order) {
  return order.amount_mode === "count" ? "计次" : `¥${yuan(order.amount_fen)}`;
}

function open(order) {
  draw(order);
  at("order").showModal();
}

function draw(order) {
  opened = order;
  const left = order.to_collect_fen - order.refunded_fen - order.refunding_fen;
  const facts = [
    ["number", order.out_trade_no],
    ["time", dateAndTime(order.accepted_at)],
    ["name", order.display_name],
    ["mode", amountModes[order.amount_mode] ?? order.amount_mode],
    ["collection", collections[order.collection] ?? order.collection],
    ["amount", price(order)],
    ["subsidy", `¥${yuan(order.subsidy_fen)}`],
    ["to_collect", `¥${yuan(order.to_collect_fen)}`],
    ["refunded", `¥${yuan(order.refunded_fen)}`],
    ["state", orderStates[order.state] ?? order.state],
    ["transaction", order.transaction_id],
    ["reason", order.reason],
  ];
  at("order-facts").replaceChildren(...facts.filter(([, fact]) => fact).flatMap(([label, fact]) => [
    saying("dt", labels[label]), saying("dd", fact),
  ]));
  const path = `/api/orders/${encodeURIComponent(order.out_trade_no)}`;
  offer("order-void", voidable.includes(order.state), { kind: "void", path: `${path}/void`, reason: true });
  offer("order-refund", refundable.includes(order.state) && left > 0, {
    kind: "refund", path: `${path}/refund`, reason: true, amountUpTo: yuan(left),
  });
  offer("order-receipt", true, {
    kind: "receipt", path: `${path}/receipt`,
    done: ({ text }) => print(Object.assign(document.createElement("pre"), { textContent: text })),
  });
}

function offer(id, allowed, wanted) {
  say(at(id), tasks[wanted.kind]);
  at(id).hidden = !allowed;
  at(id).onclick = () => {
    at("order").close();
    askStaff(wanted);
  };
}

at("order-close").addEventListener("click", () => at("order").close());
at("order").addEventListener("close", () => { opened = null; });
