// The tab's one stream of events. Fires "snapshot", "progress", "state" and "images" with the
// event's data in `detail`; "lost" when nothing comes through, and then again "snapshot" when it
// does. A hidden tab closes its stream, and begins with a snapshot when it is shown again.

const OPENS_WITHIN = 5000;
const TRY_AGAIN = 10000;
const NAMES = ["snapshot", "progress", "state", "images"];

class LiveStream extends EventTarget {
  #address;
  #source;
  #watchdog;

  start(address) {
    if (this.#address) return;
    this.#address = address;
    document.addEventListener("visibilitychange", () => this.#follow());
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", () => this.#follow());
    this.#follow();
  }

  #follow() {
    if (document.hidden) this.#close();
    else if (!this.#source) this.#open();
  }

  #open() {
    this.#calm();
    this.#source = new EventSource(this.#address);
    this.#watch();
    for (const name of NAMES) {
      this.#source.addEventListener(name, (event) => this.#pass(name, event.data));
    }
    this.#source.addEventListener("error", () => this.#stumble());
  }

  #close() {
    this.#calm();
    this.#source?.close();
    this.#source = undefined;
  }

  #pass(name, data) {
    this.#calm();
    this.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(data) }));
  }

  // The browser connects again by itself, unless the answer was not a stream at all
  #stumble() {
    if (!this.#source) return;
    if (this.#source.readyState === EventSource.CLOSED) this.#lose();
    else this.#watch();
  }

  // From the first stumble on: the browser may stumble again before the time is over
  #watch() {
    this.#watchdog ??= setTimeout(() => this.#lose(), OPENS_WITHIN);
  }

  #calm() {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }

  #lose() {
    this.#close();
    this.dispatchEvent(new CustomEvent("lost"));
    this.#watchdog = setTimeout(() => this.#follow(), TRY_AGAIN);
  }
}

export const stream = new LiveStream();
