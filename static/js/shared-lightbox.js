// A guest's lightbox: opens a picture's own page over the gallery, without leaving it. Arrow keys
// and swipes go on, Escape and Back close. What the server refuses is shown as the server shows
// it: a link that was closed meanwhile is closed here, too. Without this script the links lead to
// the same pages.

const SWIPE = 48;

class SharedLightbox extends HTMLElement {
  connectedCallback() {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "shared-lightbox";
    this.dialog.setAttribute("aria-label", this.dataset.said);
    this.append(this.dialog);
    this.addEventListener("click", this.#open);
    this.dialog.addEventListener("click", this.#follow);
    this.dialog.addEventListener("submit", this.#review);
    this.dialog.addEventListener("cancel", this.#cancel);
    this.dialog.addEventListener("touchstart", this.#touch, { passive: true });
    this.dialog.addEventListener("touchend", this.#swipe, { passive: true });
    document.addEventListener("keydown", this.#key);
    addEventListener("popstate", this.#back);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key);
    removeEventListener("popstate", this.#back);
  }

  #open = (event) => {
    const link = event.target.closest(".picture__link, [data-shows-picture]");
    if (!link || this.dialog.contains(link) || SharedLightbox.#isElsewhere(event)) return;
    event.preventDefault();
    this.opener = link;
    this.#show(link.href, "pushState");
  };

  #follow = (event) => {
    const link = event.target.closest("a[rel], a[data-key=Escape]");
    if (!link || SharedLightbox.#isElsewhere(event)) return;
    event.preventDefault();
    if (link.rel) this.#show(link.href, "replaceState", link.dataset.key);
    else history.back();
  };

  // The hand stays on the key that it has pressed
  async #show(address, howToRemember, key = "Escape") {
    this.dialog.classList.add("is-loading");
    try {
      const answer = await fetch(address, { cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      this.#put(await answer.text());
    } catch {
      location.assign(address);
      return;
    }
    history[howToRemember]({ picture: true }, "", address);
    if (!this.dialog.open) this.dialog.showModal();
    (this.#link(key) ?? this.#link("Escape")).focus({ focusVisible: false });
    this.#lookAhead();
  }

  #put(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    this.dialog.replaceChildren(page.querySelector("[data-role=picture]"));
    this.dialog.classList.remove("is-loading");
    this.dialog.scrollTop = 0;
    this.current = Number(this.#picture.dataset.number);
  }

  get #picture() {
    return this.dialog.querySelector("[data-role=picture]");
  }

  #lookAhead() {
    const next = this.dialog.querySelector("a[rel=next]");
    if (next) new Image().src = `${next.href.split("?")[0]}large/`;
  }

  // Favourites and comments: the answer is the picture's page again, with the guest's name in its
  // address from then on

  #review = async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body });
    } catch {
      form.submit();
      return;
    }
    if (answer.status === 404) return location.assign(answer.url);
    const pressed = event.submitter?.name;
    this.#put(await answer.text());
    if (answer.redirected) this.#remember(new URL(answer.url));
    this.dialog.querySelector(pressed ? `[name=${pressed}]` : "textarea")?.focus();
  };

  #remember(address) {
    address.hash = "";
    history.replaceState({ picture: true }, "", address);
    const guest = address.searchParams.get("guest");
    this.isChanged = true;
    for (const link of this.querySelectorAll(".picture__link, [data-shows-picture]")) {
      const changed = new URL(link.href);
      changed.searchParams.set("guest", guest);
      link.href = changed;
    }
    this.guest = guest;
  }

  #link(key) {
    return this.dialog.querySelector(`a[data-key="${CSS.escape(key)}"]`);
  }

  // On the page, not on the dialog: what had the focus may just have been replaced
  #key = (event) => {
    if (!this.dialog.open || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea") || event.key === "Escape") return;
    const link = this.#link(event.key);
    if (!link) return;
    event.preventDefault();
    link.click();
  };

  #touch = (event) => {
    this.start = event.touches.length === 1 ? event.touches[0] : undefined;
  };

  #swipe = (event) => {
    if (!this.start || event.touches.length || visualViewport?.scale > 1) return;
    const end = event.changedTouches[0];
    const [x, y] = [end.clientX - this.start.clientX, end.clientY - this.start.clientY];
    if (Math.abs(x) < SWIPE || Math.abs(x) < 2 * Math.abs(y)) return;
    const isOn = x < 0 === (getComputedStyle(this).direction === "ltr");
    this.dialog.querySelector(isOn ? "a[rel=next]" : "a[rel=prev]")?.click();
  };

  #cancel = (event) => {
    event.preventDefault();
    history.back();
  };

  #back = () => {
    if (!this.dialog.open) return;
    this.dialog.close();
    this.dialog.replaceChildren();
    // What was said shows in the gallery, too
    if (this.isChanged) return this.#comeBack();
    const here = document.querySelector(`#picture-${this.current} .picture__link`) ?? this.opener;
    here?.focus({ focusVisible: false });
    here?.scrollIntoView({ block: "nearest" });
  };

  #comeBack() {
    const address = new URL(location.href);
    address.searchParams.set("guest", this.guest);
    address.hash = `picture-${this.current}`;
    history.replaceState(null, "", address);
    location.reload();
  }

  static #isElsewhere(event) {
    return event.button > 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  }
}

customElements.define("shared-lightbox", SharedLightbox);
