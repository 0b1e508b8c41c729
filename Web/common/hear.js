import { post } from "./calls.js";

const signEvery = 10_000;
const retryAfter = 3_000;

/**
 * Listens for what a page is to show, as long as the page is open: calls `show(view)` for each view, and `silent()`
 * when the till does not answer. While the till answers, it is told that the page is shown.
 */
export function hear(page, show, silent) {
  let events = null;
  const open = () => {
    events = new EventSource(`/api/${page}/events`);
    events.onopen = sign;
    events.onmessage = (event) => show(JSON.parse(event.data));
    events.onerror = () => {
      silent();
      // Browsers connect again by themselves, but not after an answer with an error status.
      if (events.readyState === EventSource.CLOSED) setTimeout(open, retryAfter);
    };
  };
  const sign = () => {
    if (events.readyState === EventSource.OPEN) post(`/api/screens/${page}`);
  };
  open();
  setInterval(sign, signEvery);
}
