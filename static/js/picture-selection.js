// The pictures that are selected: by click, with shift, by drag, by key. They stay selected while
// more of the sheet is loaded, while it is searched, and when one comes back to it. Without this
// script the check boxes send themselves with the form.

import { GalleryKeys } from "./gallery-keys.js";
import { SelectionActs } from "./selection-acts.js";
import { watchDrags } from "./selection-drag.js";
import { watchDrops } from "./selection-drop.js";

class PictureSelection extends HTMLElement {
  #chosen = new Map();
  #anchor;

  connectedCallback() {
    this.form = this.querySelector("#selection");
    this.addEventListener("click", this.#click, { capture: true });
    this.addEventListener("sheet-changed", () => this.#show());
    this.form.addEventListener("formdata", ({ formData }) => formData.set("images", this.ids.join(" ")));
    this.form.addEventListener("reset", () => this.clear());
    this.keys = new GalleryKeys(this);
    this.acts = new SelectionActs(this);
    watchDrags(this);
    // In a collection a drag puts in order
    if (!("ordered" in this.dataset)) watchDrops(this);
    this.#chosen = new Map(history.state?.chosen ?? []);
    this.#show();
  }

  disconnectedCallback() {
    this.keys.stop();
  }

  get ids() {
    return [...this.#chosen.keys()];
  }

  get size() {
    return this.#chosen.size;
  }

  // Those on the page, chosen or not
  get pictures() {
    return [...this.querySelectorAll(".picture:not([hidden])")];
  }

  get chosenPictures() {
    return this.pictures.filter((picture) => this.has(picture));
  }

  has(picture) {
    return this.#chosen.has(picture.dataset.image);
  }

  choose(pictures, isChosen = true) {
    for (const picture of pictures) {
      const { image, bytes, removable } = picture.dataset;
      if (isChosen) this.#chosen.set(image, [Number(bytes), removable !== undefined]);
      else this.#chosen.delete(image);
    }
    this.#show();
  }

  toggle(picture) {
    this.#anchor = picture;
    this.choose([picture], !this.has(picture));
  }

  // From where one was last, to here
  chooseTo(picture, isChosen = true) {
    this.choose(this.between(this.#anchor ?? picture, picture), isChosen);
    this.#anchor = picture;
  }

  between(from, to) {
    const pictures = this.pictures;
    const ends = [pictures.indexOf(from), pictures.indexOf(to)].filter((index) => index >= 0);
    return pictures.slice(Math.min(...ends), Math.max(...ends) + 1);
  }

  clear() {
    this.#chosen.clear();
    this.#anchor = undefined;
    this.#show();
  }

  // In selecting, a click selects; a key opens
  #click = (event) => {
    const picture = event.target.closest(".picture");
    const box = picture && event.target.closest("[name=images]");
    if (box) return this.#tick(picture, box, event);
    const link = picture && event.target.closest(".picture__link");
    if (!link || !event.detail || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (!event.shiftKey && !this.size) return undefined;
    event.preventDefault();
    event.stopPropagation();
    return event.shiftKey ? this.chooseTo(picture) : this.toggle(picture);
  };

  #tick(picture, box, event) {
    if (event.shiftKey) this.chooseTo(picture, box.checked);
    else this.toggle(picture);
  }

  #show() {
    for (const box of this.querySelectorAll(".picture [name=images]")) {
      box.checked = this.#chosen.has(box.value);
    }
    // Writing numbers as people here do takes long the first time: not before there are any
    if (this.size || this.classList.contains("is-selecting")) this.#count();
    this.classList.toggle("is-selecting", this.size > 0);
    this.#keep();
    const facts = [...this.#chosen.values()];
    this.#offer("[data-act=trash]", facts.some(([, isRemovable]) => isRemovable));
    this.#offer("[data-role=compare]", this.size > 1 && this.size < 5);
  }

  #offer(button, isOffered) {
    const offered = this.form.querySelector(button);
    if (offered) offered.disabled = !isOffered;
  }

  #count() {
    const { one, many, hidden } = this.form.dataset;
    const away = this.size - this.chosenPictures.length;
    const words = [this.size === 1 ? one : many.replace("{n}", this.size.toLocaleString())];
    if (away > 0) words.push(hidden.replace("{n}", away.toLocaleString()));
    this.form.querySelector("[data-role=count]").textContent = words.join(", ");
    this.form.querySelector("[data-role=size]").textContent = this.#bytes();
  }

  #bytes() {
    const megabytes = [...this.#chosen.values()].reduce((sum, [bytes]) => sum + bytes, 0) / 1024 ** 2;
    const digits = megabytes < 10 ? 1 : 0;
    const style = { style: "unit", unit: "megabyte", maximumFractionDigits: digits };
    return new Intl.NumberFormat(document.documentElement.lang, style).format(Math.max(megabytes, 0.1));
  }

  // In the entry of the history: it is there after a reload and after Back
  #keep() {
    const before = history.state?.chosen?.length ?? 0;
    if (!before && !this.size) return;
    history.replaceState({ ...history.state, chosen: [...this.#chosen] }, "");
  }
}

customElements.define("picture-selection", PictureSelection);
