// Keeps what stands in the composer while it is typed, so that a reload brings it back. What is
// submitted is no draft any more; the server knows it by its key. A prompt that could not be saved,
// since the session or the connection is gone, waits in this tab for the same person, with the key
// of its form: where it had arrived after all, it is not submitted a second time.

const PAUSE = 500;
const UNSAVED = "unsaved-prompt";
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
    for (const name of ["htmx:sendError", "htmx:responseError"]) {
      this.form.addEventListener(name, (event) => event.target === this.form && this.#later());
    }
    this.form.addEventListener("htmx:afterOnLoad", (event) => this.#submitted(event));
    addEventListener("pagehide", this.#leave);
    // A form that came back with a fault has lost what was not saved yet
    if (this.form.querySelector(".field__error")) this.#later();
    else this.#bringBack();
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
    if (event.target !== this.form) return;
    this.#stop();
    this.#keepHere();
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
    if (answer?.status === 204) sessionStorage.removeItem(UNSAVED);
    else this.#keepHere();
    // From now on the draft is what the studio starts with, not what the address says
    if (answer?.status === 204 && location.search && location.pathname === this.dataset.studio) {
      history.replaceState(null, "", location.pathname);
    }
  }

  #keepHere() {
    const { prompt, submission_key: key } = this.form.elements;
    const kept = { person: this.dataset.person, prompt: prompt.value, key: key.value };
    sessionStorage.setItem(UNSAVED, JSON.stringify(kept));
  }

  #submitted({ target, detail }) {
    const isTaken = detail.xhr.status === 200 && !detail.xhr.getResponseHeader("HX-Redirect");
    if (target === this.form && isTaken) sessionStorage.removeItem(UNSAVED);
  }

  #bringBack() {
    const { person, prompt, key } = JSON.parse(sessionStorage.getItem(UNSAVED) ?? "{}");
    if (person !== this.dataset.person) sessionStorage.removeItem(UNSAVED);
    if (!prompt || location.search || person !== this.dataset.person) return;
    const field = this.form.elements.prompt;
    if (field.value === prompt) return;
    field.value = prompt;
    this.form.elements.submission_key.value = key;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  #body() {
    const fields = [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
    return new URLSearchParams(fields);
  }
}

customElements.define("composer-draft", ComposerDraft);
