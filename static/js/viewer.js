// Keys on the page of a picture: every link and button that names its key with data-key follows it.

class PictureViewer extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#follow);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#follow);
  }

  #follow = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [popover]")) return;
    const link = this.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!link) return;
    event.preventDefault();
    if (link.rel) location.replace(link.href);
    else link.click();
  };
}

customElements.define("picture-viewer", PictureViewer);
