import { print } from "./paper.js";
import { askStaff } from "./staff.js";
import { dateAndTime, timeOfDay } from "../common/clock.js";
import { amountModes, collections, labels, orderStates, say, saying, tasks, yuan } from "../common/words.js";

const at = (id) => document.getElementById(id);
const sums = ["amount", "subsidy", "to_collect", "refunded"];

/** The open shift with its operator, and the key that opens or closes a shift. */
export function drawShift(view) {
  const { shift } = view;
  const time = shift && timeOfDay(shift.opened_at).slice(0, 5);
  say(
    at("shift"),
    shift
      ? [`第 ${shift.number} 班 ${shift.operator}`, `shift ${shift.number}, since ${time}`]
      : ["未开班", "no shift is open"],
  );
  at("shift").dataset.level = shift ? "good" : "idle";
  const kind = shift ? "close" : "open";
  say(at("shift-turn"), tasks[kind]);
  at("shift-turn").hidden = !view.has_operators && !shift;
  at("shift-turn").onclick = () =>
    askStaff({ kind, path: `/api/shift/${kind}`, done: shift ? (report) => print(paper(report)) : undefined });
}

function paper({ shift, lines, ...totals }) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const label of ["meal", "mode", "collection", "operator", "state", "orders", ...sums]) {
    head.append(saying("th", labels[label]));
  }
  const body = table.createTBody();
  for (const line of lines) {
    const row = body.insertRow();
    row.append(
      saying("td", line.period || "—"), saying("td", amountModes[line.mode] ?? line.mode),
      saying("td", collections[line.collection] ?? line.collection), saying("td", line.operator || "—"), saying("td", orderStates[line.state] ?? line.state), ...figures(line),
    );
  }
  const total = table.createTFoot().insertRow();
  const name = saying("th", labels.total);
  name.colSpan = 5;
  total.append(name, ...figures(totals));
  const report = document.createElement("article");
  const opened = dateAndTime(shift.opened_at);
  report.append(
    saying("h2", [`班结 第 ${shift.number} 班`, `Shift report ${shift.number}`]),
    Object.assign(document.createElement("p"), { textContent: `${shift.operator} · ${opened} 起` }),
    table,
  );
  return report;
}

function figures(line) {
  return [String(line.orders), ...sums.map((sum) => yuan(line[`${sum}_fen`]))].map((text) =>
    Object.assign(document.createElement("td"), { textContent: text, className: "figure" }));
}
