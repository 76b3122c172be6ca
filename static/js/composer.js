// The composer's comforts: a field that grows, what is left of the prompt's length, and
// word to htmx when settings change. Without this script the same form works page by page.

import { say } from "./post.js";

const SETTINGS = ["size", "free_width", "free_height", "count", "quality", "background", "output_format", "partial_images", "project"];
const SAY_WHEN_LEFT = 500;
// What the composer starts with where a link has filled it in
const STARTS = ["from", "reference", "preset"];
// A hundred tokens: enough to be seen in the estimate
const ESTIMATED_BYTES = 400;

class PromptComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.prompt = this.querySelector("[name=prompt]");
    this.addEventListener("change", (event) => this.#changed(event.target));
    this.addEventListener("input", (event) => this.#typed(event.target));
    this.addEventListener("references-changed", () => this.#tell("settings-changed"));
    this.addEventListener("htmx:confirm", (event) => this.#waitForUploads(event));
    this.addEventListener("htmx:configRequest", (event) => this.#sayLength(event.detail));
    this.addEventListener("htmx:afterRequest", (event) => this.#answered(event));
    document.addEventListener("click", this.#takeExample);
    this.#grow();
    this.#showChosenModel();
    this.#startWriting();
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#takeExample);
  }

  #changed(field) {
    if (field.name === "model") this.#tell("model-changed");
    else if (SETTINGS.includes(field.name)) this.#tell("settings-changed");
  }

  #typed(field) {
    if (field.type === "number") this.#tell("settings-changed");
    if (field !== this.prompt) return;
    this.#forgetFault();
    this.#grow();
    this.#sayWhatIsLeft();
    this.#estimateLength();
  }

  // What a link has filled in is gone on with at once, at its end
  #startWriting() {
    const asked = new URLSearchParams(location.search);
    if (document.activeElement !== document.body || !STARTS.some((name) => asked.has(name))) return;
    this.prompt.focus();
    this.prompt.setSelectionRange(this.prompt.value.length, this.prompt.value.length);
  }

  // What was said of the prompt is not true of another one
  #forgetFault() {
    this.querySelectorAll("#fault-prompt").forEach((fault) => fault.remove());
    this.prompt.removeAttribute("aria-invalid");
  }

  // Of the prompt itself an estimate needs no more than its length
  #sayLength({ elt, parameters }) {
    if (elt !== this.form) parameters.prompt_bytes = this.#promptBytes();
  }

  #estimateLength() {
    const steps = Math.floor(this.#promptBytes() / ESTIMATED_BYTES);
    if (steps !== (this.steps ?? 0)) this.#tell("settings-changed");
    this.steps = steps;
  }

  #promptBytes() {
    return new TextEncoder().encode(this.prompt.value.trim()).length;
  }

  #tell(what) {
    this.form.dispatchEvent(new CustomEvent(what));
  }

  // Only where the style sheet cannot do it by itself
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.prompt.style.blockSize = "auto";
    this.prompt.style.blockSize = `${this.prompt.scrollHeight}px`;
  }

  // In the middle of a list that scrolls; the page itself stays where it is
  #showChosenModel() {
    const list = this.querySelector(".models__list");
    const chosen = list.querySelector("input:checked")?.closest(".model");
    if (!chosen) return;
    const middle = chosen.offsetTop - list.offsetTop - (list.clientHeight - chosen.offsetHeight) / 2;
    list.scrollTop = middle;
  }

  #sayWhatIsLeft() {
    const limit = Number(this.querySelector("[data-prompt-limit]")?.dataset.promptLimit);
    // Characters as the server counts them, not UTF-16 units
    const left = limit - [...this.prompt.value.trim()].length;
    const note = this.querySelector("[data-role=left]");
    note.hidden = !limit || left > SAY_WHEN_LEFT;
    note.classList.toggle("is-over", left < 0);
    note.textContent = note.dataset[left < 0 ? "over" : "left"].replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
  }

  #waitForUploads(event) {
    const picker = this.querySelector("reference-picker");
    if (event.detail.elt !== this.form || !picker?.isUploading) return;
    event.preventDefault();
    picker.settled().then(() => event.detail.issueRequest(true));
  }

  #answered(event) {
    if (event.detail.elt !== this.form) return;
    const status = event.detail.xhr?.status ?? 0;
    if (status === 0 || (status >= 400 && status !== 422)) say(this.dataset.unsent);
    if (status !== 200) return;
    this.querySelectorAll(".field__error, .composer__refused, .composer > .notice").forEach((fault) => fault.remove());
    this.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    // On a phone the new card would lie below the window
    document.querySelector("#feed-cards > :first-child")?.scrollIntoView({ block: "nearest" });
  }

  #takeExample = (event) => {
    const example = event.target.closest?.("[data-example]");
    if (!example || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.prompt.value = example.dataset.example;
    this.prompt.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.prompt.focus();
  };
}

customElements.define("prompt-composer", PromptComposer);
