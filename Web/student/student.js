import { post } from "../common/calls.js";
import { hear } from "../common/hear.js";
import { TailKeypad } from "./tail.js";
import { oneMeal, say, screenHelp, screens, triesLeft, yuan } from "../common/words.js";

const at = (id) => document.getElementById(id);
// `?preview=off` starts without the picture, for till screens that everyone can see.
let wantsPreview = new URLSearchParams(location.search).get("preview") !== "off";
// Whether the till sends a picture at all.
let sendsPreview = false;
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
  sendsPreview = view.shows_preview === true;
  drawPreview();
}

/** The whole price, and, when the school pays a part of it, who pays how much. */
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
  const shown = wantsPreview && sendsPreview && !["wake", "unavailable", "phone_tail", null].includes(screen);
  const preview = at("preview");
  // Once no page asks for the preview, the till stops encoding it.
  if (shown && !preview.hasAttribute("src")) preview.src = "/api/preview.mjpeg";
  if (!shown) preview.removeAttribute("src");
  preview.hidden = !shown;
  at("toggle").hidden = ["wake", "unavailable", null].includes(screen);
  say(at("toggle"), shown ? ["隐藏画面", "Hide picture"] : ["显示画面", "Show picture"]);
}

at("wake").addEventListener("click", () => post("/api/camera/wake"));
// The till ends the stream when the preview is hidden; the next view says whether to ask again.
at("preview").addEventListener("error", () => at("preview").removeAttribute("src"));
at("toggle").addEventListener("click", () => {
  const shown = !(wantsPreview && sendsPreview);
  wantsPreview = true;
  post("/api/camera/preview", { shown });
});

hear("student", draw, () => draw({ screen: "unavailable", hints: [] }));
