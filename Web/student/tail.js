import { post } from "../common/calls.js";
import { saying, tailKeys } from "../common/words.js";

const length = 4;
const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "cancel", "0", "delete"];

/** Four digits of a phone number, shown as dots and sent with the last one. */
export class TailKeypad {
  #digits = "";
  #triesLeft = null;
  #isSending = false;
  #pad;
  #dots;
  #buttons;

  constructor(pad, dots, grid) {
    this.#pad = pad;
    this.#dots = dots;
    this.#buttons = keys.map((key) => {
      const button = saying("button", tailKeys[key] ?? [key, ""]);
      button.dataset.key = key;
      button.addEventListener("click", () => this.#press(key));
      return button;
    });
    grid.replaceChildren(...this.#buttons);
    document.addEventListener("keydown", (event) => {
      const key = { Backspace: "delete", Escape: "cancel" }[event.key] ?? event.key;
      if (pad.hidden || event.repeat || !keys.includes(key)) return;
      event.preventDefault();
      this.#press(key);
    });
  }

  /** Shows the keypad while a tail is asked for; after a wrong tail, and for a new question, it starts empty. */
  show(triesLeft) {
    if (triesLeft !== this.#triesLeft) this.#digits = "";
    this.#triesLeft = triesLeft;
    this.#pad.hidden = triesLeft === null;
    this.#draw();
  }

  async #press(key) {
    if (this.#isSending) return;
    if (key === "cancel") return this.#send("/api/student/decline");
    this.#digits = key === "delete" ? this.#digits.slice(0, -1) : this.#digits + key;
    this.#draw();
    if (this.#digits.length === length) await this.#send("/api/student/tail", { tail: this.#digits });
  }

  async #send(path, body) {
    this.#isSending = true;
    this.#draw();
    await post(path, body);
    this.#isSending = false;
    this.#digits = "";
    this.#draw();
  }

  #draw() {
    this.#dots.replaceChildren(
      ...Array.from({ length }, (_, place) => {
        const dot = document.createElement("span");
        dot.classList.toggle("filled", place < this.#digits.length);
        return dot;
      }),
    );
    for (const button of this.#buttons) button.inert = this.#isSending;
  }
}
