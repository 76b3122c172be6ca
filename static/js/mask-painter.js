// Paints a mask on the first reference, in a dialog: with mouse, finger, pen or keys. The server
// keeps it, in the size in which the reference is sent, and answers what stands on the reference.
// Opened by paint(reference), the list item of reference-picker.

import { MaskDrawing } from "./mask-drawing.js";

const PEN_ERASER = 32;
const KEY_STEP = 0.02;
const FAR = 5;
const SIZE_STEP = 3;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class MaskPainter extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.canvas = this.querySelector("canvas");
    this.drawing = new MaskDrawing(this.canvas);
    this.size = this.#part("size");
    this.#listen();
  }

  async paint(reference) {
    this.reference = reference;
    const picture = this.#part("picture");
    const kept = reference.querySelector(".mask__veil");
    picture.src = reference.querySelector("img").src;
    await Promise.all([picture.decode(), kept?.decode()]);
    this.#part("stage").style.setProperty("--ratio", picture.naturalWidth / picture.naturalHeight);
    this.#part("faults").replaceChildren();
    this.dialog.showModal();
    this.drawing.open(picture, kept);
    this.at = [this.canvas.width / 2, this.canvas.height / 2];
    this.#lift();
    this.#show();
    this.canvas.focus();
  }

  #listen() {
    const press = (role, act) => this.#part(role).addEventListener("click", act);
    press("undo", () => this.#do("undo"));
    press("redo", () => this.#do("redo"));
    press("clear", () => this.#do("clear"));
    press("discard", () => this.dialog.close());
    press("use", () => this.#use());
    this.dialog.addEventListener("cancel", (event) => this.#keepFromLosing(event));
    this.dialog.addEventListener("close", () => this.reference?.querySelector("[data-role=paint]")?.focus());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.size.addEventListener("input", () => this.#showRing());
    this.canvas.addEventListener("pointerdown", (event) => this.#down(event));
    this.canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(name, () => this.#lift());
    }
    this.canvas.addEventListener("pointerleave", () => (this.#part("ring").hidden = true));
    this.canvas.addEventListener("focus", () => this.#showRing());
  }

  // Mouse, finger, pen

  #down(event) {
    if (!event.isPrimary || event.button > 0 && event.button !== 5) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.at = this.#pointOf(event);
    const isPenEraser = (event.buttons & PEN_ERASER) > 0;
    this.#lower(isPenEraser ? "eraser" : this.#tool());
    this.pointer = event.pointerId;
    event.preventDefault();
    this.canvas.focus();
  }

  #move(event) {
    if (!event.isPrimary) return;
    const point = this.#pointOf(event);
    if (this.pointer === event.pointerId) {
      const between = event.getCoalescedEvents();
      this.drawing.extend((between.length ? between : [event]).map((each) => this.#pointOf(each)));
      this.at = point;
    }
    this.#showRing(point);
  }

  #pointOf({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return [(clientX - box.left) * scale, (clientY - box.top) * scale];
  }

  // Keys

  #key(event) {
    const hasCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (hasCommand && (key === "y" || (key === "z" && event.shiftKey))) this.#do("redo");
    else if (hasCommand && key === "z") this.#do("undo");
    else if (hasCommand || event.altKey) return;
    else if (key === "b" || key === "e") this.#choose(key === "b" ? "brush" : "eraser");
    else if (key === "[" || key === "]") this.#resize(key === "[" ? -SIZE_STEP : SIZE_STEP);
    else if (event.target !== this.canvas) return;
    else if (key === " ") this.#pressSpace();
    else if (ARROWS[event.key]) this.#step(ARROWS[event.key], event.shiftKey ? FAR : 1);
    else return;
    event.preventDefault();
  }

  #pressSpace() {
    if (this.isDown) this.#lift();
    else this.#lower(this.#tool());
    this.#part("said").textContent = this.isDown ? this.dataset.down : this.dataset.up;
  }

  #step([right, down], times) {
    const { width, height } = this.canvas;
    const step = Math.max(width, height) * KEY_STEP * times;
    const [x, y] = this.at;
    this.at = [within(x + right * step, width), within(y + down * step, height)];
    if (this.isDown) this.drawing.extend([this.at]);
    this.#showRing();
  }

  #choose(tool) {
    this.#lift();
    this.querySelector(`[value=${tool}]`).checked = true;
  }

  #resize(by) {
    this.size.value = Number(this.size.value) + by;
    this.#showRing();
  }

  // What is done, and how it looks

  #lower(tool) {
    this.drawing.begin(this.at, { tool, width: this.#width() });
    this.isDown = true;
    this.#show();
  }

  #lift() {
    this.isDown = false;
    this.pointer = undefined;
  }

  #do(what) {
    this.#lift();
    this.drawing[what]();
    this.#show();
  }

  #show() {
    this.#part("undo").disabled = !this.drawing.isChanged;
    this.#part("redo").disabled = !this.drawing.mayRedo;
    this.#showRing();
  }

  // The brush as large as it paints, where it is
  #showRing([x, y] = this.at) {
    const ring = this.#part("ring");
    const scale = 100 / this.canvas.width;
    ring.hidden = false;
    ring.style.insetInlineStart = `${x * scale}%`;
    ring.style.insetBlockStart = `${(100 * y) / this.canvas.height}%`;
    ring.style.inlineSize = `${this.#width() * scale}%`;
  }

  #tool() {
    return this.querySelector("[name=painter-tool]:checked").value;
  }

  #width() {
    const { width, height } = this.canvas;
    return (Number(this.size.value) / 100) * Math.min(width, height);
  }

  // What becomes of it

  #keepFromLosing(event) {
    if (!this.drawing.isChanged) return;
    event.preventDefault();
    this.#complain(this.dataset.keep);
    this.#part("discard").focus();
  }

  async #use() {
    if (this.drawing.isEmpty) return this.#put(undefined);
    const use = this.#part("use");
    use.disabled = true;
    try {
      await this.#send(await this.drawing.file());
    } finally {
      use.disabled = false;
    }
  }

  async #send(file) {
    const body = new FormData();
    const form = this.reference.closest("form");
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("mask", file, "mask.png");
    const address = this.reference.dataset.masks;
    const answer = await fetch(address, { method: "POST", body }).catch(() => undefined);
    const isAnswer = answer && !answer.redirected && (answer.ok || answer.status === 422);
    if (!isAnswer) return this.#complain(this.dataset.failed);
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    if (answer.ok) this.#put(template.content.querySelector("[data-role=mask]"));
    else this.#part("faults").replaceChildren(...template.content.querySelectorAll(".field__error"));
  }

  #put(mask) {
    this.reference.closest("reference-picker").putMask(this.reference, mask);
    this.dialog.close();
  }

  #complain(sentence) {
    const fault = document.createElement("p");
    fault.className = "field__error";
    fault.setAttribute("role", "alert");
    fault.textContent = sentence;
    this.#part("faults").replaceChildren(fault);
  }

  #part(role) {
    return this.querySelector(`[data-role=${role}]`);
  }
}

function within(value, most) {
  return Math.min(Math.max(value, 0), most);
}

customElements.define("mask-painter", MaskPainter);
