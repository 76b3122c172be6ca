// The gallery as one endless sheet: loads older pages before they are reached, says when new
// pictures have come, and remembers the place in the address, so that Back returns to it.
// Without this script the links "Older" and "Newer" do the same, page by page.

import { stream } from "./live-stream.js";

const NEWS = ["images", "snapshot", "lost"];
const AHEAD = "1400px";
const PICTURES_ABOVE = 12;

class GallerySheet extends HTMLElement {
  connectedCallback() {
    this.#watchTheEnd();
    this.#returnToPlace();
    this.addEventListener("click", (event) => this.#rememberPlace(event));
    addEventListener("resize", this.#holdBackLastRow);
    for (const name of NEWS) stream.addEventListener(name, this.#askForNews);
    stream.start(this.dataset.events);
  }

  disconnectedCallback() {
    this.observer?.disconnect();
    removeEventListener("resize", this.#holdBackLastRow);
    for (const name of NEWS) stream.removeEventListener(name, this.#askForNews);
  }

  // Older pictures

  #watchTheEnd() {
    this.observer?.disconnect();
    this.#showHeldBack();
    const older = this.querySelector("[data-role=older]");
    if (!older) return;
    this.observer = new IntersectionObserver((entries) => this.#seeTheEnd(entries, older), {
      rootMargin: `0px 0px ${AHEAD} 0px`,
    });
    this.observer.observe(older);
  }

  // Told at once when the page is laid out, and again when the end comes near. Asked earlier, where
  // the last row begins, a browser would lay out everything before it paints anything
  #seeTheEnd(entries, older) {
    if (!this.querySelector(".is-going-on")) this.#holdBackLastRow();
    if (entries.some((entry) => entry.isIntersecting)) this.#loadOlder(older);
  }

  // Whoever asks while it comes waits for the same
  #loadOlder(older) {
    this.loading ??= this.#fetchOlder(older).finally(() => (this.loading = undefined));
    return this.loading;
  }

  async #fetchOlder(older) {
    this.observer.disconnect();
    older.classList.add("is-loading");
    try {
      const answer = await fetch(older.querySelector("a").dataset.more);
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      this.#append(await answer.text(), older);
      this.#watchTheEnd();
    } catch {
      // The link stays where it is, and leads to the same pictures
      older.classList.remove("is-loading");
      this.#showHeldBack();
    }
  }

  // The last row is not full while more pictures are to come: it would move when they arrive,
  // so it is shown together with them

  #holdBackLastRow = () => {
    this.#showHeldBack();
    if (!this.querySelector("[data-role=older]")) return;
    const pictures = [...this.querySelectorAll(".roll:last-child .picture")];
    if (!pictures.length) return;
    const lastTop = pictures.at(-1).offsetTop;
    const row = pictures.filter((picture) => picture.offsetTop === lastTop);
    if (row.length === pictures.length) return;
    for (const picture of row) picture.hidden = true;
    row[0].parentElement.classList.add("is-going-on");
  };

  #showHeldBack() {
    this.querySelector(".is-going-on")?.classList.remove("is-going-on");
    for (const picture of this.querySelectorAll(".picture[hidden]")) picture.hidden = false;
  }

  #append(html, older) {
    this.#showHeldBack();
    const fragment = document.createRange().createContextualFragment(html);
    const next = fragment.querySelector("[data-role=older]");
    const rolls = this.querySelector("[data-role=rolls]");
    this.#joinSameDay(rolls.lastElementChild, fragment.querySelector(".roll"));
    rolls.append(...fragment.querySelectorAll(".roll"));
    if (next) older.replaceWith(next);
    else older.remove();
    this.#tell();
  }

  // Whoever selects pictures wants to know
  #tell() {
    this.dispatchEvent(new CustomEvent("sheet-changed", { bubbles: true }));
  }

  // More of it, for whoever goes through it; false where there is no more
  async more() {
    const older = this.querySelector("[data-role=older]");
    const before = this.querySelectorAll(".picture").length;
    if (older) await this.#loadOlder(older);
    return this.querySelectorAll(".picture").length > before;
  }

  // For whoever goes back to a picture of it
  uncover() {
    this.#showHeldBack();
  }

  // After pictures went or came back; where none is left the page says so
  relay() {
    if (!this.querySelector(".picture") && !this.querySelector("[data-role=older]")) location.reload();
    else this.#watchTheEnd();
  }

  #joinSameDay(last, first) {
    if (!first || last.dataset.day !== first.dataset.day) return;
    last.querySelector(".contact-sheet").append(...first.querySelectorAll(".picture"));
    first.remove();
  }

  // The place: a page that begins a little above the picture, and the picture itself

  #rememberPlace(event) {
    const picture = event.target.closest(".picture__link")?.closest(".picture");
    if (picture) this.remember(picture);
  }

  // Without a picture: where one looks
  remember(picture = this.#firstInView()) {
    if (!picture) return;
    const pictures = [...this.querySelectorAll(".picture")];
    const index = pictures.indexOf(picture);
    const start = pictures[Math.max(0, index - PICTURES_ABOVE)];
    const address = new URL(location.href);
    if (start !== pictures[0]) {
      address.searchParams.delete("after");
      address.searchParams.set("before", Number(start.dataset.frame) + 1);
    }
    address.hash = picture.id;
    history.scrollRestoration = "manual";
    history.replaceState(history.state, "", address);
  }

  #firstInView() {
    return [...this.querySelectorAll(".picture")].find((it) => it.getBoundingClientRect().bottom > 0);
  }

  #returnToPlace() {
    const picture = location.hash && this.querySelector(`#${CSS.escape(location.hash.slice(1))}`);
    if (!picture) return;
    picture.classList.add("is-current");
    picture.scrollIntoView({ block: "center" });
    this.#focus(picture);
    // The browser goes to the place by itself as well, late, and takes the focus away
    addEventListener("load", () => requestAnimationFrame(() => this.#focus(picture)), { once: true });
  }

  #focus(picture) {
    if (document.activeElement !== document.body) return;
    picture.querySelector(".picture__link").focus({ preventScroll: true, focusVisible: false });
  }

  // New pictures: after a pause, and where nothing comes through, it asks as well

  #askForNews = async () => {
    try {
      const answer = await fetch(`${this.dataset.news}after=${this.dataset.newest}`);
      if (!answer.ok || answer.redirected) return;
      this.querySelector("[data-role=news]").innerHTML = (await answer.text()).trim();
    } catch {
      // The next event asks again
    }
  };
}

customElements.define("gallery-sheet", GallerySheet);
