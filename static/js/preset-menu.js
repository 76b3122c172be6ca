// The menu of presets: closes like one, and leaves for a preset only when the draft is kept, so
// that the references stay. Without this script it opens and closes by its button.

class PresetMenu extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.addEventListener("click", (event) => this.#choose(event));
    this.addEventListener("keydown", (event) => this.#closeByKey(event));
    document.addEventListener("click", this.#closeFromOutside);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#closeFromOutside);
  }

  async #choose(event) {
    const link = event.target.closest("[data-preset]");
    const draft = document.querySelector("composer-draft");
    if (!link || !draft || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await draft.saved();
    location.assign(link.href);
  }

  #closeByKey(event) {
    if (event.key !== "Escape" || !this.details.open) return;
    this.details.open = false;
    this.querySelector("summary").focus();
  }

  // What was clicked may be replaced by now, as the form is by its answer
  #closeFromOutside = (event) => {
    if (!event.composedPath().includes(this)) this.details.open = false;
  };
}

customElements.define("preset-menu", PresetMenu);
