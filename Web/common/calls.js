const silent = ["终端程序无响应", "The till does not answer"];

/** One call to the till: `{ answer }` when the till did it, else `{ refusal }`, a pair of words. */
export async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    const text = await answer.text();
    const json = text === "" ? {} : JSON.parse(text);
    return answer.ok ? { answer: json } : { refusal: ["未执行", json.message ?? `HTTP ${answer.status}`] };
  } catch {
    return { refusal: silent };
  }
}

/** Runs `work` with `button` inert, so that a double tap is one request. */
export async function once(button, work) {
  if (button.inert || button.disabled) return;
  button.inert = true;
  try {
    await work();
  } finally {
    button.inert = false;
  }
}
