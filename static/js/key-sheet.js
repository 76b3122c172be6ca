// Lays the sheet of keys over any page: by "?" or by a link to it. Without this script the link
// leads to the sheet as a page of its own.

import { areLettersOn, isForPage, switchLetters } from "./single-keys.js";

class LetterKeys extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    box.checked = areLettersOn();
    box.addEventListener("change", () => switchLetters(box.checked));
  }
}

customElements.define("letter-keys", LetterKeys);

async function lay(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--wide";
  dialog.ariaLabel = link.dataset.title;
  dialog.innerHTML = await answer.text();
  dialog.tabIndex = -1;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-role=keys]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover();
  lay(link);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !isForPage(event)) return;
  const open = document.querySelector(".dialog--wide[open]");
  if (open) return open.close();
  event.preventDefault();
  return document.querySelector("[data-role=keys]")?.click();
});
