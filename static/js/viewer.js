// Keys on the page of a picture: every link and button that names its key with data-key follows it.

import { isForPage } from "./single-keys.js";

class PictureViewer extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#follow);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#follow);
  }

  #follow = (event) => {
    if (!isForPage(event) || event.shiftKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, [popover]")) return;
    const link = this.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!link) return;
    event.preventDefault();
    if (link.rel) location.replace(link.href);
    else link.click();
  };
}

customElements.define("picture-viewer", PictureViewer);
