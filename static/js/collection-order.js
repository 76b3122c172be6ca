// The order of a collection by hand: a picture that is dragged goes before the one it is dropped
// on, or behind it where it came from in front; "Earlier" and "Later" take it one place on, and stay
// where they are pressed. Without this script the buttons do it by a new page.

class CollectionOrder extends HTMLElement {
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
      if (item && item !== this.lifted) this.#place(this.lifted, item);
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

  async #place(item, target) {
    const items = [...this.list.children];
    const isBehind = items.indexOf(item) < items.indexOf(target);
    target[isBehind ? "after" : "before"](item);
    const next = item.nextElementSibling;
    // The last of a page goes behind the one before it, wherever the collection goes on
    if (next) await this.#send(item.dataset.image, { before: next.dataset.image });
    else await this.#send(item.dataset.image, { after: item.previousElementSibling.dataset.image });
  }

  // The neighbour changes its place, so that the button keeps the focus; beyond the page the server knows
  #step(event) {
    const { name, value } = event.submitter ?? {};
    const item = event.target.closest("[data-image]");
    const isEarlier = value === "earlier";
    const other = isEarlier ? item.previousElementSibling : item.nextElementSibling;
    if (name !== "move" || !other) return;
    event.preventDefault();
    item[isEarlier ? "after" : "before"](other);
    const { image } = other.dataset;
    this.#send(item.dataset.image, isEarlier ? { before: image } : { after: image });
  }

  async #send(image, place) {
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
      said.textContent = this.dataset.failed;
    }
  }
}

customElements.define("collection-order", CollectionOrder);
