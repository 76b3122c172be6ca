// <copy-button for="id">: a button beside a field that copies what stands in it.
// Without this script the field is marked by a click and copied by hand.

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.clipboard;
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  async handleEvent() {
    const field = document.getElementById(this.getAttribute("for"));
    await navigator.clipboard.writeText(field.value);
    this.querySelector('[role="status"]').textContent = this.dataset.copied;
    this.classList.add("is-copied");
  }
}

customElements.define("copy-button", CopyButton);
