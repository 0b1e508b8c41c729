import { once, post } from "../common/calls.js";
import { say, tasks } from "../common/words.js";

const at = (id) => document.getElementById(id);
const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "⌫", "0", "↵"];
const reasons = { repeat: ["再打一份", "代人付款"], override: ["再打一份", "补餐"], void: ["打错金额", "学生退餐"], refund: ["菜品问题", "多收退差"] };

let lastOperator = "";
let task = null;

/**
 * Asks for operator and PIN, and for a reason or an amount where the task needs one, then sends them.
 * The PIN is wiped from the page as the request is sent, whatever the answer.
 *
 * @param wanted `{ kind, path, reason, amountUpTo, done }`: `kind` is a key of `tasks`, `amountUpTo` the
 *   amount in yuan that the field starts with, `done` gets the till's answer
 */
export function askStaff(wanted) {
  task = wanted;
  say(at("staff-title"), tasks[wanted.kind]);
  say(at("staff-refusal"), null);
  at("staff-operator").value = lastOperator;
  at("staff-pin").value = "";
  at("staff-reason").value = "";
  at("staff-reason").required = wanted.reason === true;
  at("staff-reason-row").hidden = wanted.reason !== true;
  at("staff-reasons").replaceChildren(...(reasons[wanted.kind] ?? []).map((words) => new Option(words, words)));
  at("staff-amount-row").hidden = wanted.amountUpTo === undefined;
  at("staff-amount").value = wanted.amountUpTo ?? "";
  at("staff").showModal();
  (lastOperator === "" ? at("staff-operator") : at("staff-pin")).focus();
}

async function submit() {
  const wanted = task;
  const body = { operator: at("staff-operator").value.trim(), pin: at("staff-pin").value };
  if (wanted.reason) body.reason = at("staff-reason").value.trim();
  if (wanted.amountUpTo !== undefined && at("staff-amount").value !== wanted.amountUpTo) {
    body.yuan = at("staff-amount").value.trim();
  }
  at("staff-pin").value = "";
  const { answer, refusal } = await post(wanted.path, body);
  if (task !== wanted) return;
  if (refusal) {
    say(at("staff-refusal"), refusal);
    at("staff-pin").focus();
    return;
  }
  lastOperator = body.operator;
  at("staff").close();
  wanted.done?.(answer);
}

function drawDigits() {
  at("staff-digits").append(...digits.map((digit) => {
    const button = document.createElement("button");
    button.type = digit === "↵" ? "submit" : "button";
    button.textContent = digit;
    if (digit === "↵") button.id = "staff-submit";
    else button.addEventListener("click", () => typeDigit(digit));
    return button;
  }));
}

/** The big keys write into the PIN field, or into the amount field when that was touched last. */
let numeric = null;
function typeDigit(digit) {
  const field = numeric ?? at("staff-pin");
  field.value = digit === "⌫" ? field.value.slice(0, -1) : field.value + digit;
}

drawDigits();
at("staff-pin").addEventListener("focus", () => { numeric = at("staff-pin"); });
at("staff-amount").addEventListener("focus", () => { numeric = at("staff-amount"); });
at("staff-form").addEventListener("submit", (event) => {
  event.preventDefault();
  once(at("staff-submit"), submit);
});
at("staff-cancel").addEventListener("click", () => at("staff").close());
at("staff").addEventListener("close", () => {
  at("staff-pin").value = "";
  numeric = null;
  task = null;
});
