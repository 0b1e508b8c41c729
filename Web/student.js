import { TailKeypad } from "./tail.js";
import { oneMeal, say, screenHelp, screens, triesLeft, yuan } from "./words.js";

const at = (id) => document.getElementById(id);
// `?preview=off` starts without the picture, for till screens that everyone can see.
let previewIsOn = new URLSearchParams(location.search).get("preview") !== "off";
let screen = null;
const tail = new TailKeypad(at("tail"), at("dots"), at("tail-keys"));

function draw(view) {
  screen = view.screen;
  document.body.dataset.screen = screen;
  say(at("title"), screens[screen]);
  at("name").textContent = view.name ?? "";
  drawPrice(view.amount_fen, view.subsidy_fen ?? 0);
  const hint = view.hints[0];
  const tries = view.tries_left ?? null;
  say(at("help"), tries ? triesLeft(tries) : hint ? [hint.zh, hint.en] : screenHelp[screen]);
  tail.show(tries);
  at("wake").hidden = screen !== "wake";
  drawPreview();
}

/** The whole price, and who pays which part of it when the school pays some. */
function drawPrice(amount, subsidy) {
  at("amount").hidden = amount === undefined;
  at("split").hidden = amount === undefined || subsidy === 0;
  if (amount === undefined) return;
  // Only a counted meal has no price.
  say(at("amount"), amount === 0 ? oneMeal : [`¥${yuan(amount)}`, ""]);
  const [school, own] = [yuan(subsidy), yuan(amount - subsidy)];
  say(at("split"), [`补贴 ¥${school} · 个人 ¥${own}`, `school ¥${school} · you ¥${own}`]);
}

function drawPreview() {
  const shown = previewIsOn && !["wake", "unavailable", "phone_tail", null].includes(screen);
  const preview = at("preview");
  // Without a source the till stops encoding pictures.
  if (shown && !preview.hasAttribute("src")) preview.src = "/api/preview.mjpeg";
  if (!shown) preview.removeAttribute("src");
  preview.hidden = !shown;
  say(at("toggle"), previewIsOn ? ["隐藏画面", "Hide picture"] : ["显示画面", "Show picture"]);
}

at("wake").addEventListener("click", () => fetch("/api/camera/wake", { method: "POST" }));
at("toggle").addEventListener("click", () => {
  previewIsOn = !previewIsOn;
  drawPreview();
});

const events = new EventSource("/api/student/events");
events.onmessage = (event) => draw(JSON.parse(event.data));
events.onerror = () => draw({ screen: "unavailable", hints: [] });
