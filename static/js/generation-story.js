// Attempts, settings and receipt below a card: drawn again when the card changes.

class GenerationStory extends HTMLElement {
  connectedCallback() {
    document.addEventListener("card-changed", this.#refresh);
  }

  disconnectedCallback() {
    document.removeEventListener("card-changed", this.#refresh);
  }

  #refresh = async () => {
    const answer = await fetch(this.dataset.story).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const html = await answer.text();
    // Whoever reads or copies here is not interrupted
    if (!this.contains(document.activeElement)) this.innerHTML = html;
  };
}

customElements.define("generation-story", GenerationStory);
