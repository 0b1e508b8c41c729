const at = (id) => document.getElementById(id);

/** Shows what will be printed and opens the print dialog. */
export function print(content) {
  at("paper-content").replaceChildren(content);
  at("paper").showModal();
  // Waits until the sheet is laid out, so that the print shows it.
  requestAnimationFrame(() => window.print());
}

at("paper-print").addEventListener("click", () => window.print());
at("paper-close").addEventListener("click", () => at("paper").close());
