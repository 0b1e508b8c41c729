import { say, screenHelp, screens, yuan } from "./words.js";

const at = (id) => document.getElementById(id);
// `?preview=off` starts without the picture, for till screens that everyone can see.
let previewIsOn = new URLSearchParams(location.search).get("preview") !== "off";
let screen = null;

function draw(view) {
  screen = view.screen;
  document.body.dataset.screen = screen;
  say(at("title"), screens[screen]);
  at("name").textContent = view.name ?? "";
  at("amount").hidden = view.amount_fen === undefined;
  if (view.amount_fen !== undefined) at("amount").textContent = `¥${yuan(view.amount_fen)}`;
  const hint = view.hints[0];
  say(at("help"), hint ? [hint.zh, hint.en] : screenHelp[screen]);
  at("wake").hidden = screen !== "wake";
  drawPreview();
}

function drawPreview() {
  const shown = previewIsOn && screen !== "wake" && screen !== "unavailable" && screen !== null;
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
