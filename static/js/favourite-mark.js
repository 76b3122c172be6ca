// A person's mark on a picture: pressed and drawn anew in place. Without this script, or where the
// answer is none of the expected, the form is sent and the page comes again; where there is no
// answer at all, the toast of the page says so.

import { say } from "./post.js";

class FavouriteMark extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this.#press);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#press);
  }

  #press = async (event) => {
    const { target: form, submitter } = event;
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    try {
      await this.#send(form, submitter);
      if (this.hasFailed) say("");
      this.hasFailed = false;
    } catch (error) {
      const failed = document.querySelector("toast-stack")?.dataset.failed;
      // What fetch throws where nobody answers
      this.hasFailed = error instanceof TypeError && Boolean(failed);
      if (this.hasFailed) say(failed);
      else this.#sendAsForm(form, submitter);
    } finally {
      this.isSending = false;
    }
  };

  #sendAsForm(form, submitter) {
    this.removeEventListener("submit", this.#press);
    form.requestSubmit(submitter);
  }

  async #send(form, submitter) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form, submitter),
      headers: { "HX-Request": "true" },
    });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const hadFocus = submitter === document.activeElement;
    submitter.outerHTML = await answer.text();
    if (hadFocus) form.querySelector("button").focus();
  }
}

customElements.define("favourite-mark", FavouriteMark);
