// Says what was done and offers to undo it: whoever does something fires "done" (bubbling; detail:
// the sentence, and the function that undoes it, if there is one). A toast stays while it is looked at.

const STAYS = 12000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    document.addEventListener("done", this.#say);
    this.addEventListener("mouseenter", () => clearTimeout(this.timer));
    this.addEventListener("mouseleave", () => this.#leaveLater());
    this.addEventListener("focusin", () => clearTimeout(this.timer));
    this.addEventListener("focusout", () => this.#leaveLater());
  }

  disconnectedCallback() {
    document.removeEventListener("done", this.#say);
    clearTimeout(this.timer);
  }

  #say = ({ detail }) => {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.append(detail.said);
    if (detail.undo) toast.append(this.#button(detail.undo));
    this.replaceChildren(toast);
    this.#leaveLater();
  };

  #button(undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = this.dataset.undo;
    button.addEventListener("click", () => {
      this.replaceChildren();
      undo();
    });
    return button;
  }

  #leaveLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.replaceChildren(), STAYS);
  }
}

customElements.define("toast-stack", ToastStack);
