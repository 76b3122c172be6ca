// Says by the browser what finishes while the tab is hidden. Asked for by a click, remembered for
// the person. A hidden tab has no stream: it asks now and then, and only while something runs.

const ASKS_EVERY = 4000;

class FinishNotifier extends HTMLElement {
  #watched = new Set();
  #told = new Set();

  connectedCallback() {
    this.button = this.querySelector("button");
    this.hidden = !("Notification" in window);
    this.button.addEventListener("click", () => this.#toggle());
    document.addEventListener("visibilitychange", this.#follow);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#follow);
    clearInterval(this.asking);
  }

  get #key() {
    return `notify-${this.dataset.person}`;
  }

  get #isOn() {
    return localStorage.getItem(this.#key) === "yes" && Notification.permission === "granted";
  }

  async #toggle() {
    if (this.#isOn) localStorage.removeItem(this.#key);
    else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(this.#key, "yes");
    this.#draw();
  }

  #draw() {
    if (this.hidden) return;
    const isBlocked = Notification.permission === "denied";
    this.button.ariaPressed = String(this.#isOn);
    const words = isBlocked ? "blocked" : this.#isOn ? "on" : "off";
    this.querySelector("[data-role=words]").textContent = this.dataset[words];
  }

  #follow = () => {
    clearInterval(this.asking);
    this.#watched.clear();
    this.#told.clear();
    if (!document.hidden || !this.#isOn) return;
    this.#watch();
    this.asking = setInterval(() => this.#ask(), ASKS_EVERY);
  };

  #watch() {
    for (const card of document.querySelectorAll("generation-card[data-running]")) {
      if (!this.#told.has(card.dataset.generation)) this.#watched.add(card.dataset.generation);
    }
  }

  async #ask() {
    // The answer to the button may bring its card only now
    this.#watch();
    if (!this.#watched.size) return;
    const query = [...this.#watched].map((id) => `generation=${id}`).join("&");
    const answer = await fetch(`${this.dataset.finished}?${query}`).catch(() => undefined);
    if (!answer?.ok || answer.redirected || !document.hidden) return;
    (await answer.json()).finished.forEach((one) => this.#notify(one));
  }

  #notify({ generation, said }) {
    if (!this.#watched.delete(generation)) return;
    this.#told.add(generation);
    try {
      const notification = new Notification("Proofsheet", { body: said, tag: generation });
      notification.addEventListener("click", () => this.#show(notification, generation));
    } catch {
      // Phones want a service worker for it
      this.hidden = true;
    }
  }

  #show(notification, generation) {
    notification.close();
    window.focus();
    document.querySelector(`#generation-${CSS.escape(generation)}`)?.scrollIntoView({ block: "center" });
  }
}

customElements.define("finish-notifier", FinishNotifier);
