import { saying, yuan } from "../common/words.js";

const keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", "⌫"];
const mostOfOneDish = 20;

/** What staff key before it is confirmed: an amount digit by digit, or dishes with how many of each. */
export class Basket {
  #typed = "";
  #dishes = new Map();
  #menu = [];
  #showsMenu = false;

  /** @param changed called after every key */
  constructor(keypad, menu, changed) {
    this.keypad = keypad;
    this.menu = menu;
    this.changed = changed;
    keypad.append(...keys.map((key) => this.#button(key, () => this.press(key))));
  }

  get isEmpty() {
    return this.#typed === "" && this.#dishes.size === 0;
  }

  /** The keyed amount as text, or the sum of the dishes at list prices; null when nothing is keyed. */
  get text() {
    if (this.#typed !== "") return this.#typed;
    if (this.#dishes.size === 0) return null;
    let fen = 0;
    for (const [id, quantity] of this.#dishes) fen += quantity * this.#dish(id).price_fen;
    return yuan(fen);
  }

  /** Each dish keyed, for reading back to the student. */
  get lines() {
    return [...this.#dishes].map(([id, quantity]) => `${this.#dish(id).name} ×${quantity}`);
  }

  /** The body the till takes. */
  get body() {
    if (this.#dishes.size > 0) return { dishes: Object.fromEntries(this.#dishes) };
    return { yuan: this.#typed.replace(/\.$/, "") };
  }

  press(key) {
    if (this.#showsMenu) return;
    if (key === "⌫") this.#typed = this.#typed.slice(0, -1);
    else if (/^\d{0,4}(\.\d{0,2})?$/.test(this.#typed + key)) this.#typed += key;
    this.changed();
  }

  clear() {
    this.#typed = "";
    this.#dishes.clear();
    this.#badge();
    this.changed();
  }

  show(menu) {
    if (menu === this.#showsMenu) return;
    this.#showsMenu = menu;
    this.clear();
  }

  /** Takes the menu of the moment; a dish that is gone leaves the basket. */
  use(menu) {
    this.keypad.hidden = this.#showsMenu;
    this.menu.hidden = !this.#showsMenu;
    if (JSON.stringify(menu) === JSON.stringify(this.#menu)) return;
    this.#menu = menu;
    for (const id of this.#dishes.keys()) if (!this.#dish(id)) this.#dishes.delete(id);
    this.menu.replaceChildren(...menu.map((dish) => this.#key(dish)));
    this.#badge();
  }

  #dish(id) {
    return this.#menu.find((dish) => dish.id === id);
  }

  #key(dish) {
    const groups = Object.entries(dish.group_prices_fen ?? {}).map(([group, fen]) => `${group} ¥${yuan(fen)}`);
    const button = this.#button("", () => this.#add(dish.id, 1));
    button.dataset.dish = dish.id;
    button.append(saying("span", [dish.name, [`¥${yuan(dish.price_fen)}`, ...groups].join(" · ")]));
    const less = this.#button("−", () => this.#add(dish.id, -1));
    less.className = "less";
    less.setAttribute("aria-label", `${dish.name} 少一份 one less`);
    const place = document.createElement("div");
    place.className = "dish";
    place.append(button, less);
    return place;
  }

  #add(id, count) {
    const quantity = Math.min(Math.max((this.#dishes.get(id) ?? 0) + count, 0), mostOfOneDish);
    if (quantity === 0) this.#dishes.delete(id);
    else this.#dishes.set(id, quantity);
    this.#badge();
    this.changed();
  }

  #badge() {
    for (const place of this.menu.children) {
      const quantity = this.#dishes.get(place.firstChild.dataset.dish) ?? 0;
      place.firstChild.dataset.quantity = quantity || "";
      place.lastChild.hidden = quantity === 0;
    }
  }

  #button(text, pressed) {
    const button = document.createElement("button");
    button.textContent = text;
    button.addEventListener("click", pressed);
    return button;
  }
}

export const isAmountKey = (key) => keys.includes(key);
