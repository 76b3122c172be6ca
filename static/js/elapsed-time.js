// <elapsed-time seconds="23">23 s</elapsed-time> counts on from what the server said.

const running = new Set();

class ElapsedTime extends HTMLElement {
  connectedCallback() {
    this.base = Number(this.getAttribute("seconds")) - performance.now() / 1000;
    running.add(this);
  }

  disconnectedCallback() {
    running.delete(this);
  }

  tick() {
    const text = words(Math.round(this.base + performance.now() / 1000));
    if (this.textContent !== text) this.textContent = text;
  }
}

function words(seconds) {
  if (seconds < 60) return `${Math.max(seconds, 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

setInterval(() => running.forEach((element) => element.tick()), 1000);
customElements.define("elapsed-time", ElapsedTime);
