// A person's mark on a picture: pressed and drawn anew in place. Without this script, or where the
// answer does not come, the form is sent and the page comes again.

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
    } catch {
      this.removeEventListener("submit", this.#press);
      form.requestSubmit(submitter);
    } finally {
      this.isSending = false;
    }
  };

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
