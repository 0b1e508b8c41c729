const at = (id) => document.getElementById(id);

/** Shows what a printer would get and offers to print it. */
export function print(content) {
  at("paper-content").replaceChildren(content);
  at("paper").showModal();
  // The dialog is laid out before the printer's picture is taken.
  requestAnimationFrame(() => window.print());
}

at("paper-print").addEventListener("click", () => window.print());
at("paper-close").addEventListener("click", () => at("paper").close());
