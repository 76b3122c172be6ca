// Search and filters without a new page: what is typed or chosen goes into the address, and the
// sheet follows. Without this script the same form sends itself, and its answer is the same page.

const TYPING_MS = 250;

class GalleryFilters extends HTMLElement {
  connectedCallback() {
    this.#listen();
    addEventListener("popstate", this.#follow);
    document.addEventListener("click", this.#closeMenu);
  }

  disconnectedCallback() {
    removeEventListener("popstate", this.#follow);
    document.removeEventListener("click", this.#closeMenu);
    this.request?.abort();
    clearTimeout(this.timer);
  }

  #listen() {
    this.addEventListener("input", (event) => this.#typed(event));
    this.addEventListener("change", () => this.#apply());
    this.addEventListener("submit", (event) => this.#send(event));
    this.addEventListener("click", (event) => this.#take(event));
    this.addEventListener("keydown", (event) => this.#leaveMenu(event));
  }

  #typed(event) {
    if (event.target.type !== "search" || event.isComposing) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#apply(), TYPING_MS);
  }

  #send(event) {
    event.preventDefault();
    this.#apply();
  }

  // A chip is a link to the same gallery without its filter
  #take(event) {
    const link = event.target.closest("[data-role=filter-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#go(new URL(link.href), { isWhole: true });
  }

  #apply() {
    clearTimeout(this.timer);
    const form = this.querySelector("[data-role=filters]");
    const said = [...new FormData(form)].filter(([, value]) => value.trim());
    const address = new URL(form.action);
    address.search = new URLSearchParams(said);
    if (address.search !== location.search) this.#go(address);
  }

  async #go(address, { isWhole = false } = {}) {
    const page = await this.#fetch(address);
    if (!page) return;
    history.pushState(null, "", address);
    this.#show(page, { isWhole });
    if (isWhole) this.querySelector("input[type=search]").focus();
  }

  // Back and forward between what was searched; other entries of the history change only the hash
  #follow = async () => {
    if (location.search === this.shown) return;
    const page = await this.#fetch(new URL(location.href));
    if (page) this.#show(page, { isWhole: true });
  };

  async #fetch(address) {
    this.request?.abort();
    this.request = new AbortController();
    this.classList.add("is-loading");
    try {
      const answer = await fetch(address, { signal: this.request.signal });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("gallery-filters");
      if (!found) throw new Error("Signed out");
      this.classList.remove("is-loading");
      return found;
    } catch (error) {
      // The page itself says what is wrong
      if (error.name !== "AbortError") location.assign(address);
      return undefined;
    }
  }

  // The form stays as it is while somebody types in it, but for the marks of what is set
  #show(page, { isWhole }) {
    this.shown = location.search;
    this.#replace(page, "results");
    if (isWhole) this.#replace(page, "filters");
    else this.#mark(page);
    if (!location.hash) scrollTo(0, 0);
    this.dispatchEvent(new CustomEvent("sheet-changed", { bubbles: true }));
  }

  #replace(page, role) {
    const [now, then] = [this, page].map((it) => it.querySelector(`[data-role=${role}]`));
    now.replaceWith(document.adoptNode(then));
  }

  #mark(page) {
    for (const choice of this.querySelectorAll(".filters__choice")) {
      choice.className = page.querySelector(`#${choice.id}`).className;
    }
    const [now, then] = [this, page].map((it) => it.querySelector(".filters__more summary"));
    now.replaceChildren(...then.childNodes);
  }

  shown = location.search;

  // The menu closes as menus do

  #closeMenu = (event) => {
    const menu = this.querySelector(".filters__more[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  };

  #leaveMenu(event) {
    const menu = event.key === "Escape" && event.target.closest(".filters__more[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}

customElements.define("gallery-filters", GalleryFilters);
