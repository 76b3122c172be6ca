// Keeps what stands in the composer while it is typed, so that a reload brings it back. What is
// submitted is no draft any more; the server knows it by its key.

const PAUSE = 500;
// Browsers send no more than this after the page is gone
const MOST_AFTERWARDS = 60000;

class ComposerDraft extends HTMLElement {
  #timer;
  #sent = Promise.resolve();

  connectedCallback() {
    this.form = this.closest("form");
    for (const name of ["input", "change", "references-changed"]) {
      this.form.addEventListener(name, () => this.#later());
    }
    this.form.addEventListener("htmx:beforeRequest", (event) => this.#submitting(event));
    this.form.addEventListener("htmx:sendError", () => this.#later());
    addEventListener("pagehide", this.#leave);
    // A form that came back with a fault has lost what was not saved yet
    if (this.form.querySelector(".field__error")) this.#later();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    removeEventListener("pagehide", this.#leave);
  }

  // Resolved when all that stands in the form is kept
  saved() {
    if (this.#timer) this.#save();
    return this.#sent;
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), PAUSE);
  }

  #submitting(event) {
    if (event.target === this.form) this.#stop();
  }

  #leave = () => {
    if (this.#timer) this.#send();
  };

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  // One after the other, so that the last word stays
  #save() {
    this.#stop();
    this.#sent = this.#sent.then(() => this.#send());
  }

  async #send() {
    this.#stop();
    const body = this.#body();
    const keepalive = String(body).length < MOST_AFTERWARDS;
    const answer = await fetch(this.dataset.save, { method: "POST", body, keepalive }).catch(() => undefined);
    // From now on the draft is what the studio starts with, not what the address says
    if (answer?.status === 204 && location.search && location.pathname === this.dataset.studio) {
      history.replaceState(null, "", location.pathname);
    }
  }

  #body() {
    const fields = [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
    return new URLSearchParams(fields);
  }
}

customElements.define("composer-draft", ComposerDraft);
