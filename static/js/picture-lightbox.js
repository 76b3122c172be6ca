// The large view: one picture on the whole window, with zoom, and on to its neighbours, which are
// loaded before one gets there. Opened by what has data-act="show".

import { sourceOf } from "./lightbox-sources.js";
import { Zoom } from "./lightbox-zoom.js";
import { isForPage } from "./single-keys.js";

const PAN = 80;
const SWIPES = { left: 1, right: -1 };
const PANS = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };

export function open(opener) {
  return document.querySelector("picture-lightbox").open(sourceOf(opener));
}

class PictureLightbox extends HTMLElement {
  // What is loaded ahead, so that it is not loaded again or thrown away
  #ahead = new Map();

  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    const stage = this.#part("stage");
    this.zoom = new Zoom(stage, this.#part("picture"));
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("click", (event) => this.#press(event.target.closest("[data-do]")));
    this.dialog.addEventListener("close", () => this.source.left());
    stage.addEventListener("zoomed", ({ detail }) => this.#sayZoom(detail));
    stage.addEventListener("swiped", ({ detail }) => this.#swiped(detail));
  }

  async open(source) {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.dialog.focus();
    await this.#show(source);
  }

  #part(role) {
    return this.querySelector(`[data-role="${role}"]`);
  }

  #button(act) {
    return this.querySelector(`[data-do="${act}"]`);
  }

  // A small copy is there at once, the original follows in its place
  async #show(source) {
    this.source = source;
    const facts = (this.facts = source.facts);
    this.#part("picture").classList.toggle("is-transparent", facts.isTransparent);
    this.#part("thumb").src = facts.thumb;
    this.#part("thumb").hidden = facts.isTransparent;
    this.#part("image").src = facts.file;
    this.#part("image").alt = facts.alt;
    this.zoom.show(facts.width, facts.height);
    this.#describe(facts);
    await this.#lookAhead(source);
  }

  #describe({ number, alt, page, download }) {
    this.#part("number").textContent = number;
    this.#part("caption").textContent = alt;
    this.#button("page").href = page;
    this.#button("download").href = download;
    this.#part("said").textContent = `${number}. ${alt}`;
    this.#drawMarks();
  }

  #drawMarks() {
    this.#button("like").ariaPressed = String(this.facts.isLiked);
    this.#button("select").hidden = this.facts.isChosen === undefined;
    this.#button("select").ariaPressed = String(this.facts.isChosen);
  }

  async #lookAhead(source) {
    const [newer, older] = await Promise.all([-1, 1].map((step) => source.neighbour(step).catch(() => undefined)));
    if (source !== this.source) return;
    this.neighbours = { "-1": newer, 1: older };
    this.#button("newer").disabled = !newer;
    this.#button("older").disabled = !older;
    this.#holdFocus();
    const near = new Map([newer, older].filter(Boolean).map((it) => [it.facts.file, it]));
    for (const file of this.#ahead.keys()) if (!near.has(file)) this.#ahead.delete(file);
    for (const file of near.keys()) this.#load(file);
  }

  // A button that goes takes the focus with it, and the keys
  #holdFocus() {
    if (!this.dialog.contains(document.activeElement)) this.dialog.focus();
  }

  #load(file) {
    if (this.#ahead.has(file)) return;
    const image = new Image();
    image.fetchPriority = "low";
    image.src = file;
    this.#ahead.set(file, image);
  }

  // Pressed before the neighbours are known: then it goes there as soon as they are
  async #step(step) {
    const { source } = this;
    const next = this.neighbours?.[step] ?? (await source.neighbour(step));
    if (!next || source !== this.source) return;
    this.neighbours = undefined;
    await this.#show(next);
  }

  #press(button) {
    if (button?.dataset.do === "page") this.source.going?.();
    if (!button || button.href) return;
    const acts = {
      newer: () => this.#step(-1),
      older: () => this.#step(1),
      in: () => this.zoom.in(),
      out: () => this.zoom.out(),
      fit: () => this.zoom.toggle({ x: 0, y: 0 }),
      like: () => this.#like(),
      select: () => this.#select(),
      close: () => this.dialog.close(),
    };
    acts[button.dataset.do]();
  }

  #key(event) {
    if (!isForPage(event) || event.shiftKey && event.key !== "+") return;
    const isDone = this.#pan(event.key) || this.#follow(event.key, event.target);
    if (isDone) event.preventDefault();
    event.stopPropagation();
  }

  #pan(key) {
    if (this.zoom.isFitting || !PANS[key]) return false;
    this.zoom.pan(...PANS[key]);
    return true;
  }

  #follow(key, target) {
    if (key === "1") this.zoom.actual();
    else if (key === "0") this.zoom.fit();
    else if ((key === "Enter" || key === " ") && target.closest("button, a")) return false;
    else if (key === " ") this.dialog.close();
    else {
      const button = this.querySelector(`[data-keys~="${CSS.escape(key)}"]`);
      if (!button || button.disabled || button.hidden) return false;
      button.click();
    }
    return true;
  }

  #swiped(way) {
    if (way === "down") this.dialog.close();
    else this.#step(SWIPES[way]);
  }

  async #like() {
    const { facts, source } = this;
    const isOn = !facts.isLiked;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ is_favourite: isOn ? "yes" : "no", csrfmiddlewaretoken: token });
    const headers = { "HX-Request": "true" };
    const answer = await fetch(`/images/${facts.id}/favourite/`, { method: "POST", body, headers }).catch(() => undefined);
    const isDone = answer?.ok && !answer.redirected;
    if (isDone) {
      facts.isLiked = isOn;
      source.liked(isOn);
      this.#drawMarks();
    }
    if (source === this.source) this.#sayWhether(isDone);
  }

  // In place of the prompt, until it is done after all or one goes on: seen, and heard
  #sayWhether(isDone) {
    this.#part("caption").textContent = isDone ? this.facts.alt : this.dataset.failed;
    if (!isDone) this.#part("said").textContent = this.dataset.failed;
  }

  #select() {
    this.source.choose();
    this.facts.isChosen = !this.facts.isChosen;
    this.#drawMarks();
  }

  #sayZoom({ percent, isFitting }) {
    this.#part("percent").textContent = `${percent} %`;
    this.#button("out").ariaDisabled = String(isFitting);
    this.#button("fit").ariaPressed = String(!isFitting);
  }
}

customElements.define("picture-lightbox", PictureLightbox);
