// <prompt-check data-check="/prompt-check/"> says what a provider is likely to refuse, a moment after
// the typing stops, and puts a safer wording in place when it is asked to. It changes nothing by itself.

const PAUSE = 500;

class PromptCheck extends HTMLElement {
  #listen;
  #timer;
  #asked = new AbortController();

  connectedCallback() {
    this.form = this.closest("form");
    this.prompt = this.form.elements.prompt;
    this.#listen = new AbortController();
    const { signal } = this.#listen;
    this.form.addEventListener("input", (event) => this.#typed(event), { signal });
    this.addEventListener("click", (event) => this.#use(event.target.closest("button")), { signal });
    // What the browser kept over a reload was not on the page that the server drew
    if (this.prompt.value !== this.prompt.defaultValue) this.#check();
  }

  disconnectedCallback() {
    this.#listen.abort();
    this.#forget();
  }

  #typed(event) {
    if (event.target !== this.prompt || event.isComposing) return;
    this.#forget();
    this.#timer = setTimeout(() => this.#check(), PAUSE);
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#asked.abort();
  }

  async #check() {
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const body = new URLSearchParams({
      csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value,
      prompt: this.prompt.value,
    });
    try {
      const answer = await fetch(this.dataset.check, { method: "POST", body, signal });
      if (answer.ok && !answer.redirected) this.#say(await answer.text());
    } catch {
      // Without an answer the last word stands; the next key asks again
    }
  }

  // A screen reader hears only what is new: the same words further on in the prompt are not
  #say(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    if (template.content.textContent === this.textContent) {
      const buttons = template.content.querySelectorAll("button");
      const old = this.querySelectorAll("button");
      buttons.forEach((button, index) => Object.assign(old[index].dataset, button.dataset));
    } else {
      this.replaceChildren(template.content);
    }
  }

  #use(button) {
    if (!button) return;
    const { text, wording, start } = button.dataset;
    const place = placeOf(this.prompt.value, text, Number(start));
    if (place < 0) return this.#check();
    this.#put(wording, place, place + text.length);
    this.#forget();
    this.#check();
  }

  // As if it were typed, so that undo takes it back
  #put(wording, start, end) {
    this.prompt.focus();
    this.prompt.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, wording)) {
      this.prompt.setRangeText(wording, start, end, "end");
      this.prompt.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    this.prompt.setSelectionRange(start, start + wording.length);
  }
}

// Where the words stand now: the server counts characters, this script UTF-16 units, and the person
// may have typed since
function placeOf(prompt, text, start) {
  const place = [...prompt].slice(0, start).join("").length;
  if (prompt.startsWith(text, place)) return place;
  return prompt.indexOf(text);
}

customElements.define("prompt-check", PromptCheck);
