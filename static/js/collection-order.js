// The order of a collection by hand: a picture that is dragged goes before the one it is dropped
// on, or behind it where it came from in front; "Earlier" and "Later" take it one place on, and stay
// where they are pressed. One move is sent after the other. Once one of them failed, the page no
// longer knows the order: it says so and moves nothing more, and the buttons bring a new page, as
// they do without this script.

import { say } from "./post.js";

class CollectionOrder extends HTMLElement {
  #sent = Promise.resolve();
  #isLost = false;

  connectedCallback() {
    this.list = this.querySelector("[data-role=list]");
    for (const item of this.list.children) item.draggable = true;
    for (const name of ["dragstart", "dragover", "drop", "dragend"]) {
      this.list.addEventListener(name, this);
    }
    this.list.addEventListener("submit", (event) => this.#step(event));
  }

  handleEvent(event) {
    const item = event.target.closest("[data-image]");
    if (event.type === "dragstart") this.#lift(event, item);
    if (!this.lifted) return;
    if (event.type === "dragend") this.#letGo();
    if (event.type === "dragover") event.preventDefault();
    if (event.type === "drop") {
      event.preventDefault();
      if (this.#isLost) this.#sayLost();
      else if (item && item !== this.lifted) this.#place(this.lifted, item);
    }
  }

  #lift(event, item) {
    this.lifted = item;
    event.dataTransfer.effectAllowed = "move";
    item.classList.add("is-lifted");
  }

  #letGo() {
    this.lifted.classList.remove("is-lifted");
    this.lifted = undefined;
  }

  #place(item, target) {
    const items = [...this.list.children];
    const isBehind = items.indexOf(item) < items.indexOf(target);
    target[isBehind ? "after" : "before"](item);
    const next = item.nextElementSibling;
    // The last of a page goes behind the one before it, wherever the collection goes on
    if (next) this.#send(item.dataset.image, { before: next.dataset.image });
    else this.#send(item.dataset.image, { after: item.previousElementSibling.dataset.image });
  }

  // The neighbour changes its place, so that the button keeps the focus
  #step(event) {
    const { name, value } = event.submitter ?? {};
    if (name !== "move" || this.#isLost) return;
    event.preventDefault();
    const item = event.target.closest("[data-image]");
    const isEarlier = value === "earlier";
    const other = isEarlier ? item.previousElementSibling : item.nextElementSibling;
    if (!other) {
      this.#stepBeyond(item, value);
      return;
    }
    item[isEarlier ? "after" : "before"](other);
    const { image } = other.dataset;
    this.#send(item.dataset.image, isEarlier ? { before: image } : { after: image });
  }

  // Onto another page, where there is one: this one comes again without it
  #stepBeyond(item, value) {
    const way = value === "earlier" ? "prev" : "next";
    if (!document.querySelector(`.pages [rel=${way}]`)) return;
    this.#send(item.dataset.image, { move: value });
    this.#sent.then(() => this.#isLost || location.reload());
  }

  #send(image, place) {
    this.#sent = this.#sent.then(() => this.#isLost || this.#sendNow(image, place));
  }

  async #sendNow(image, place) {
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    const said = this.querySelector("[data-role=said]");
    try {
      const answer = await fetch(this.dataset.address, {
        method: "POST",
        body: new URLSearchParams({ image, ...place, csrfmiddlewaretoken: token }),
        headers: { "HX-Request": "true" },
      });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      said.textContent = this.dataset.said;
    } catch {
      this.#isLost = true;
      said.textContent = "";
      this.#sayLost();
    }
  }

  #sayLost() {
    say(this.dataset.failed);
  }
}

customElements.define("collection-order", CollectionOrder);
