// The keys of the gallery. Arrows go from picture to picture, up and down by rows; letters act on
// the picture that has the focus or the pointer, or on all that are selected.

import { isForPage } from "./single-keys.js";

const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

export class GalleryKeys {
  constructor(selection) {
    this.selection = selection;
    document.addEventListener("keydown", this.#follow);
  }

  stop() {
    document.removeEventListener("keydown", this.#follow);
  }

  #follow = (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (this.#takesAll(event)) return;
    if (!isForPage(event) || this.#isInMenu(event)) return;
    if (MOVES.includes(event.key)) this.#move(event);
    else if (this.#act(event)) event.preventDefault();
  };

  #isInMenu(event) {
    return document.querySelector(":popover-open") !== null || event.target.closest("[popover], details[open], .rail") !== null;
  }

  // Ctrl+A selects pictures where one is among them, and text elsewhere
  #takesAll(event) {
    const isAsked = (event.ctrlKey || event.metaKey) && event.key === "a" && !event.altKey;
    if (!isAsked || event.target.matches("input:not([type=checkbox]), textarea")) return false;
    if (!this.selection.size && !event.target.closest("[data-role=sheet]")) return false;
    event.preventDefault();
    this.selection.choose(this.selection.pictures);
    return true;
  }

  // The picture that has the focus, else the one under the pointer
  get #picture() {
    return document.activeElement?.closest(".picture") ?? this.selection.querySelector(".picture:hover");
  }

  #act(event) {
    const { key } = event;
    if (key === "Escape") return this.#escape();
    if (key === "x" || key === "X") return this.#select(event.shiftKey);
    if (event.shiftKey) return false;
    if (key === " ") return this.#show(event);
    if (key === "/") return this.#search();
    return this.selection.size ? this.#press(this.selection.form, key) : this.#press(this.#picture, key);
  }

  #escape() {
    if (!this.selection.size) return false;
    this.selection.clear();
    return true;
  }

  #select(isRange) {
    const picture = this.#picture;
    if (!picture) return false;
    if (isRange) this.selection.chooseTo(picture);
    else this.selection.toggle(picture);
    return true;
  }

  #show(event) {
    const picture = event.target.closest(".picture__link")?.closest(".picture");
    picture?.querySelector("[data-act=show]").click();
    return Boolean(picture);
  }

  #search() {
    const field = this.selection.querySelector("[type=search]");
    field?.focus();
    return Boolean(field);
  }

  #press(place, key) {
    const button = place?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!button || button.disabled) return false;
    button.click();
    this.#enter(document.getElementById(button.getAttribute("popovertarget")));
    return true;
  }

  // Into the menu that a key has opened
  #enter(menu) {
    menu?.querySelector(".menu__item, input, select")?.focus();
  }

  // Without a picture in focus only left and right begin: up and down scroll the page
  #move(event) {
    if (event.shiftKey && !["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    const here = document.activeElement?.closest(".picture");
    if (!here && !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const target = here ? this.#neighbour(here, event.key) : this.#firstInView();
    if (!target) return;
    event.preventDefault();
    if (event.shiftKey && here) this.selection.choose([here, target]);
    target.querySelector(".picture__link").focus();
  }

  #firstInView() {
    return this.selection.pictures.find((picture) => picture.getBoundingClientRect().top >= 0);
  }

  #neighbour(here, key) {
    const pictures = this.selection.pictures;
    const index = pictures.indexOf(here);
    const step = getComputedStyle(this.selection).direction === "rtl" ? -1 : 1;
    if (key === "ArrowLeft") return pictures[index - step];
    if (key === "ArrowRight") return pictures[index + step];
    if (key === "Home") return pictures[0];
    if (key === "End") return pictures.at(-1);
    if (key === "ArrowDown") return inNextRow(pictures.slice(index + 1), here);
    return inNextRow(pictures.slice(0, index).reverse(), here);
  }
}

// In the nearest row, the picture whose middle is nearest
function inNextRow(pictures, from) {
  const here = from.getBoundingClientRect();
  const centre = (box) => box.left + box.width / 2;
  let best, row;
  for (const picture of pictures) {
    const box = picture.getBoundingClientRect();
    if (Math.abs(box.top - here.top) < 2) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) > 2) break;
    const distance = Math.abs(centre(box) - centre(here));
    if (!best || distance < best.distance) best = { picture, distance };
  }
  return best?.picture;
}
