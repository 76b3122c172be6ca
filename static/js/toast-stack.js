// Says what was done and offers to undo it: whoever does something fires "done" (bubbling; detail:
// the sentence, and the function that undoes it, if there is one). A toast stays while it is looked at.

const STAYS = 12000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    document.addEventListener("done", this.#say);
    document.addEventListener("keydown", this.#undoByKey);
    this.addEventListener("mouseenter", () => clearTimeout(this.timer));
    this.addEventListener("mouseleave", () => this.#leaveLater());
    this.addEventListener("focusin", () => clearTimeout(this.timer));
    this.addEventListener("focusout", () => this.#leaveLater());
  }

  disconnectedCallback() {
    document.removeEventListener("done", this.#say);
    document.removeEventListener("keydown", this.#undoByKey);
    clearTimeout(this.timer);
  }

  #say = ({ detail }) => {
    if (!detail.said) {
      if (!this.querySelector("button")) this.replaceChildren();
      return;
    }
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.append(detail.said);
    if (detail.undo) toast.append(this.#button(detail.undo));
    this.replaceChildren(toast);
    this.#leaveLater();
  };

  // As anywhere else, but for what is typed, which the browser takes back
  #undoByKey = (event) => {
    const isAsked = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    const button = this.querySelector("button");
    if (!isAsked || !button || event.target.matches("input:not([type=checkbox]), textarea")) return;
    event.preventDefault();
    button.click();
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
