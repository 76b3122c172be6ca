// Switches the theme at once and tells the server, so that the page on screen stays as it is.
// Without this script the form posts and the page comes back in its new colours.

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.#choose(event));
  }

  #choose(event) {
    const button = event.submitter;
    if (!button?.value) return;
    event.preventDefault();
    const form = new FormData(event.target, button);
    fetch(event.target.action, { method: "POST", body: form, redirect: "manual" });
    this.#show(button);
  }

  #show(chosen) {
    if (chosen.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen.value;
    for (const button of this.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button === chosen));
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
