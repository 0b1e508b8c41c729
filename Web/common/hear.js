import { post } from "./calls.js";

const signEvery = 10_000;
const retryAfter = 3_000;

/**
 * Hears for good what a page is to show: `show(view)` for each view, `silent()` when the till does not answer. While
 * it hears the till, it tells it that the page is shown.
 */
export function hear(page, show, silent) {
  let events = null;
  const open = () => {
    events = new EventSource(`/api/${page}/events`);
    events.onopen = sign;
    events.onmessage = (event) => show(JSON.parse(event.data));
    events.onerror = () => {
      silent();
      // Browsers ask again by themselves, but not where something answered with an error.
      if (events.readyState === EventSource.CLOSED) setTimeout(open, retryAfter);
    };
  };
  const sign = () => {
    if (events.readyState === EventSource.OPEN) post(`/api/screens/${page}`);
  };
  open();
  setInterval(sign, signEvery);
}
