// A generation's card. Percentages change in place; everything else is drawn by the server, and the
// card fetches itself again when told. It never goes back: what an event has said stays said.
// Fires "card-changed" (bubbling; detail: the new card, the state before).

const PHASES = ["", "sent", "queued", "painting"];
// An event may be a blink ahead of the database
const DATABASE_BLINK = 50;
const ASK_AGAIN = 200;
const TIMES = 5;
const SERVER_AWAY = 2000;

// What events have said of each generation's slots, also before its card was on the page
const told = new Map();

export function remember(event) {
  const slots = told.get(event.generation) ?? new Map();
  const before = slots.get(event.slot);
  if (!before || !isBehind(event, before)) slots.set(event.slot, event);
  told.set(event.generation, slots);
}

class GenerationCard extends HTMLElement {
  behind = 0;

  connectedCallback() {
    // Not at once: whoever inserts this may be counting on what stands here
    queueMicrotask(() => this.#removeTwins());
    this.addEventListener("submit", this.#submit);
    this.#recall();
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#submit);
    clearTimeout(this.timer);
  }

  // One slot is so far
  progress({ slot, phase, percent }) {
    const frame = this.querySelector(`[data-slot="${slot}"]`);
    if (!frame || isBehind({ phase, percent }, frame.dataset)) return;
    if (phase === frame.dataset.phase) this.#draw(frame, percent);
    else this.#refreshIn(DATABASE_BLINK);
  }

  // What the database says after a pause
  catchUp({ generation, version, slots }) {
    slots.forEach((slot) => slot.phase && remember({ generation, ...slot }));
    if (version !== this.dataset.version) return this.refresh();
    slots.forEach((slot) => this.progress(slot));
  }

  async refresh() {
    if (this.isFetching) {
      this.isStale = true;
      return;
    }
    this.isFetching = true;
    try {
      await this.#fetch(this.dataset.card);
    } finally {
      this.isFetching = false;
      if (this.isStale && this.isConnected) this.#refreshIn(0);
      this.isStale = false;
    }
  }

  #refreshIn(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), milliseconds);
  }

  async #fetch(address, options = {}) {
    const answer = await fetch(address, options).catch(() => undefined);
    // The line or the server is away: what was said is not lost
    if (!options.method && (!answer || answer.status >= 500)) this.#refreshIn(SERVER_AWAY);
    // 422: the card says by itself what was in the way
    if (!answer || answer.redirected || !(answer.ok || answer.status === 422)) return false;
    const next = parse(await answer.text());
    if (next) this.#become(next);
    return Boolean(next);
  }

  #become(next) {
    if (!this.isConnected) return;
    const before = this.dataset.state;
    const hadFocus = this.contains(document.activeElement) && document.activeElement.id;
    if (next.dataset.tries !== this.dataset.tries) told.delete(this.dataset.generation);
    next.behind = this.behind;
    this.replaceWith(next);
    if (hadFocus !== false) focusAgain(next, hadFocus);
    if (this.isStale) next.refresh();
    next.dispatchEvent(new CustomEvent("card-changed", { bubbles: true, detail: { card: next, before } }));
  }

  // What events have said beyond what the database had when this was drawn
  #recall() {
    const events = [...(told.get(this.dataset.generation)?.values() ?? [])];
    const frames = events.map(({ slot }) => this.querySelector(`[data-slot="${slot}"]`));
    const isOld = events.some((event, index) => isAhead(event, frames[index]));
    this.behind = isOld ? this.behind + 1 : 0;
    if (isOld) this.#refreshIn(this.behind < TIMES ? ASK_AGAIN : SERVER_AWAY);
    events.forEach(({ phase, percent }, index) => {
      if (frames[index]?.dataset.phase === phase) this.#draw(frames[index], percent);
    });
  }

  #draw(frame, percent) {
    if (percent <= Number(frame.dataset.percent)) return;
    frame.dataset.percent = Math.min(percent, 99);
    setText(frame, "[data-role=slot-percent]", frame.dataset.percent);
    const bar = frame.querySelector("progress");
    if (bar) bar.value = percent;
    setText(this, "[data-role=percent]", this.#percent());
  }

  #percent() {
    const frames = [...this.querySelectorAll("[data-slot]")];
    const slots = Number(this.dataset.slots) || 1;
    const sum = frames.reduce((total, frame) => total + Number(frame.dataset.percent), 0);
    return Math.floor((sum + 100 * (slots - frames.length)) / slots);
  }

  // Cancel and try again: the answer is the card as it stands now
  #submit = async (event) => {
    const form = event.target;
    // What leads away from the page, as to a download
    if ("leaves" in form.dataset) return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const options = { method: "POST", body: new FormData(form, event.submitter), headers: { "HX-Request": "true" } };
    if (!(await this.#fetch(form.action, options))) form.submit();
  };

  // The live stream and the form's own answer may both bring it
  #removeTwins() {
    if (!this.isConnected) return;
    for (const twin of document.querySelectorAll(`#${CSS.escape(this.id)}`)) {
      if (twin !== this) twin.remove();
    }
  }
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return document.importNode(template.content, true).querySelector("generation-card");
}

function isBehind({ phase, percent }, { phase: shown, percent: shownPercent }) {
  const difference = PHASES.indexOf(phase) - PHASES.indexOf(shown ?? "");
  return difference < 0 || (difference === 0 && percent <= Number(shownPercent));
}

function isAhead({ phase }, frame) {
  return frame !== null && PHASES.indexOf(phase) > PHASES.indexOf(frame.dataset.phase ?? "");
}

function setText(root, selector, text) {
  const element = root.querySelector(selector);
  if (element) element.textContent = text;
}

function focusAgain(card, id) {
  const control = id && card.querySelector(`#${CSS.escape(id)}`);
  if (!control) card.tabIndex = -1;
  (control || card).focus({ preventScroll: true });
}

customElements.define("generation-card", GenerationCard);
