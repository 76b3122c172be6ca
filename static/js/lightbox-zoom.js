// Zoom and pan of the large view: wheel, pinch, double click, drag. A scale of 1 shows one pixel of
// the picture on one pixel of the screen. Fires on the stage "zoomed" (detail: percent, isFitting),
// and "swiped" (detail: "left", "right", "down") where a finger moves what fits.

const LARGEST = 8;
const SWIPE = 60;
const STEP = 1.5;

export class Zoom {
  #pointers = new Map();

  constructor(stage, picture) {
    this.stage = stage;
    this.picture = picture;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("dblclick", (event) => this.toggle(this.#at(event)));
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      stage.addEventListener(name, this);
    }
    new ResizeObserver(() => this.width && this.#resized()).observe(stage);
  }

  // A new picture, as large as fits
  show(width, height) {
    [this.width, this.height] = [width, height];
    this.picture.style.width = `${width}px`;
    this.picture.style.height = `${height}px`;
    this.fit();
  }

  get fitting() {
    const { clientWidth, clientHeight } = this.stage;
    return Math.min(clientWidth / this.width, clientHeight / this.height, 1);
  }

  get #pixel() {
    return 1 / devicePixelRatio;
  }

  get isFitting() {
    return this.scale <= this.fitting * 1.001;
  }

  fit() {
    [this.scale, this.x, this.y] = [this.fitting, 0, 0];
    this.#draw();
  }

  actual(at = { x: 0, y: 0 }) {
    this.#scaleTo(this.#pixel, at);
  }

  toggle(at) {
    if (!this.isFitting) this.fit();
    else this.#scaleTo(Math.max(this.#pixel, this.fitting * 2), at);
  }

  in() {
    this.#scaleTo(this.scale * STEP);
  }

  out() {
    this.#scaleTo(this.scale / STEP);
  }

  pan(x, y) {
    this.x += x;
    this.y += y;
    this.#draw();
  }

  // Around a point, which stays where it is; measured from the middle of the stage
  #scaleTo(scale, { x, y } = { x: 0, y: 0 }) {
    const next = Math.min(Math.max(scale, this.fitting), Math.max(LARGEST, this.fitting));
    const ratio = next / this.scale;
    this.x = x - (x - this.x) * ratio;
    this.y = y - (y - this.y) * ratio;
    this.scale = next;
    this.#draw();
  }

  #resized() {
    if (this.scale < this.fitting || this.isFitting) this.fit();
    else this.#draw();
  }

  // Never further than its edges
  #draw() {
    const room = (size, place) => Math.max(0, (size * this.scale - place) / 2);
    const [right, down] = [room(this.width, this.stage.clientWidth), room(this.height, this.stage.clientHeight)];
    this.x = Math.min(Math.max(this.x, -right), right);
    this.y = Math.min(Math.max(this.y, -down), down);
    this.picture.style.transform = `translate(-50%, -50%) translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.stage.classList.toggle("is-zoomed", !this.isFitting);
    const detail = { percent: Math.round((this.scale / this.#pixel) * 100), isFitting: this.isFitting };
    this.stage.dispatchEvent(new CustomEvent("zoomed", { detail }));
  }

  #at({ clientX, clientY }) {
    const box = this.stage.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  // Two fingers on a touchpad come as a wheel with Ctrl, in small steps
  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0015;
    this.#scaleTo(this.scale * Math.exp(-event.deltaY * lines * speed), this.#at(event));
  }

  handleEvent(event) {
    if (event.type === "pointerdown") this.#press(event);
    else if (!this.#pointers.has(event.pointerId)) return;
    else if (event.type === "pointermove") this.#move(event);
    else this.#release(event);
  }

  #press(event) {
    if (event.button !== 0) return;
    this.stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#at(event));
    this.hasPinched = this.#pointers.size > 1;
    this.start = this.#at(event);
    this.stage.classList.add("is-held");
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    const now = this.#at(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) this.#pinch(before, now, other);
    else if (!this.isFitting) this.pan(now.x - before.x, now.y - before.y);
  }

  #pinch(before, now, other) {
    const distance = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.#scaleTo((this.scale * distance(now)) / distance(before), middle);
  }

  #release(event) {
    const end = this.#pointers.get(event.pointerId);
    this.#pointers.delete(event.pointerId);
    this.stage.classList.toggle("is-held", this.#pointers.size > 0);
    const isSwipe = event.type === "pointerup" && event.pointerType === "touch" && this.isFitting && !this.hasPinched;
    if (isSwipe) this.#swipe(end.x - this.start.x, end.y - this.start.y);
  }

  #swipe(x, y) {
    const way = Math.abs(x) > Math.abs(y) ? (x < 0 ? "left" : "right") : y > 0 ? "down" : "";
    if (!way || Math.max(Math.abs(x), Math.abs(y)) < SWIPE) return;
    this.stage.dispatchEvent(new CustomEvent("swiped", { detail: way }));
  }
}
