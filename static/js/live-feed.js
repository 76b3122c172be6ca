// The feed of cards: passes events on, brings in cards of other tabs, says changes of state to
// screen readers, and asks by itself where no events come through.

import { parse, remember } from "./generation-card.js";
import { stream } from "./live-stream.js";

const POLL = 2000;
const LINE_MOVES = 5000;

class LiveFeed extends HTMLElement {
  connectedCallback() {
    this.listeners = {
      snapshot: (event) => this.#catchUp(event.detail.generations),
      progress: (event) => this.#progressed(event.detail),
      state: (event) => this.#changed(event.detail.generation),
      lost: () => this.#poll(),
    };
    for (const [name, listener] of Object.entries(this.listeners)) {
      stream.addEventListener(name, listener);
    }
    this.addEventListener("card-changed", this.#say);
    this.line = setInterval(() => this.#askForPlaces(), LINE_MOVES);
    stream.start(this.dataset.events);
  }

  disconnectedCallback() {
    for (const [name, listener] of Object.entries(this.listeners)) {
      stream.removeEventListener(name, listener);
    }
    clearInterval(this.line);
    clearInterval(this.polling);
  }

  #card(id) {
    return this.querySelector(`#generation-${CSS.escape(id)}`);
  }

  #running() {
    return [...this.querySelectorAll("generation-card[data-running]")];
  }

  #catchUp(generations) {
    clearInterval(this.polling);
    const known = new Set(generations.map(({ generation }) => `generation-${generation}`));
    // Oldest first, so that the newest ends on top
    for (const state of generations.toReversed()) {
      const card = this.#card(state.generation);
      if (card) card.catchUp(state);
      else if (this.#belongs(state.created)) this.#bring(state.generation);
    }
    this.#running().forEach((card) => known.has(card.id) || card.refresh());
  }

  #progressed(event) {
    remember(event);
    this.#card(event.generation)?.progress(event);
  }

  #changed(id) {
    const card = this.#card(id);
    if (card) card.refresh();
    else if (this.#belongs(Date.now())) this.#bring(id);
  }

  // On the page of one generation, and on older pages of the feed, nothing is added
  #belongs(created) {
    const cards = this.querySelector(".feed__cards:not([data-earlier])");
    const oldest = cards?.querySelector("generation-card:last-of-type");
    return Boolean(cards) && (!oldest || created > Number(oldest.dataset.created));
  }

  async #bring(id) {
    const answer = await fetch(`/generations/${id}/card/`).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const card = parse(await answer.text());
    // Meanwhile the form's own answer may have brought it, perhaps an older state of it
    if (this.#card(id)) return this.#card(id).refresh();
    this.#put(card);
    card.dispatchEvent(new CustomEvent("card-changed", { bubbles: true, detail: { card } }));
  }

  #put(card) {
    const cards = this.querySelector(".feed__cards");
    const older = [...cards.children].find(
      (other) => Number(other.dataset.created) < Number(card.dataset.created),
    );
    cards.insertBefore(card, older ?? null);
  }

  #poll() {
    clearInterval(this.polling);
    this.polling = setInterval(() => {
      if (!document.hidden) this.#running().forEach((card) => card.refresh());
    }, POLL);
  }

  // The line moves when others are served, which is nobody's event
  #askForPlaces() {
    if (document.hidden) return;
    this.querySelectorAll("generation-card[data-state=waiting]").forEach((card) => card.refresh());
  }

  // Changes of state only: percentages would chatter
  #say = (event) => {
    const { card, before } = event.detail;
    if (card.dataset.state === before) return;
    this.querySelector("[data-role=said]").textContent = card.dataset.said;
    document.body.dispatchEvent(new CustomEvent("cards-changed"));
  };
}

customElements.define("live-feed", LiveFeed);
