// Takes pictures of the gallery as references: a dialog with mine or the team's latest, reached and
// left by key; arrows go from picture to picture.

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

class GalleryPicker extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.pictures = this.querySelector("[data-role=pictures]");
    this.said = this.querySelector("[data-role=said]");
    document.addEventListener("click", this.#open);
    this.addEventListener("click", (event) => this.#press(event.target.closest("button")));
    this.addEventListener("change", () => this.#show());
    this.addEventListener("keydown", (event) => this.#step(event));
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#open);
  }

  get #references() {
    return document.querySelector("reference-picker");
  }

  #open = (event) => {
    if (!event.target.closest?.("[data-role=from-gallery]")) return;
    this.dialog.showModal();
    this.#show();
  };

  async #show() {
    this.pictures.replaceChildren();
    await this.#add(`${this.dataset.pictures}?whose=${this.querySelector("[name=whose]:checked").value}`);
  }

  async #add(address) {
    const asked = (this.asked = Symbol(address));
    const answer = await fetch(address).catch(() => undefined);
    if (asked !== this.asked) return false;
    const isThere = answer?.ok && !answer.redirected;
    this.said.textContent = isThere ? "" : this.dataset.failed;
    if (isThere) this.pictures.insertAdjacentHTML("beforeend", await answer.text());
    return isThere;
  }

  #press(button) {
    if (button?.dataset.role === "close") this.dialog.close();
    else if (button?.dataset.older) this.#goOn(button);
    else if (button?.dataset.take) this.#take(button);
  }

  async #goOn(button) {
    const place = button.closest("li");
    if (!(await this.#add(button.dataset.older))) return;
    place.nextElementSibling?.querySelector("button")?.focus();
    place.remove();
  }

  async #take(button) {
    if (button.ariaPressed === "true" || button.ariaBusy === "true") return;
    if (!this.#references.hasRoom) {
      this.said.textContent = this.dataset.full;
      return;
    }
    button.ariaBusy = "true";
    const isTaken = await this.#references.take(button.dataset.take, button.dataset.name);
    button.ariaBusy = "false";
    button.ariaPressed = String(isTaken);
    this.said.textContent = isTaken ? "" : this.dataset.failed;
  }

  #step(event) {
    const step = STEPS[event.key] * (getComputedStyle(this).direction === "rtl" ? -1 : 1);
    const here = event.target.closest?.("li");
    if (!step || !here || !this.pictures.contains(here)) return;
    event.preventDefault();
    (step > 0 ? here.nextElementSibling : here.previousElementSibling)?.querySelector("button")?.focus();
  }
}

customElements.define("gallery-picker", GalleryPicker);
