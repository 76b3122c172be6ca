// Selecting by drag: a frame drawn over the sheet takes what it touches; a drag from a picture's
// check box takes every picture that it passes. Near the window's edge the sheet scrolls.

const FAR_ENOUGH = 6;
const EDGE = 48;
const HANDLED = "a, button, input, select, summary, label, textarea, [popover], dialog, .selection-bar";

export function watchDrags(selection) {
  const page = selection.closest("main");
  page.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const box = event.target.closest?.(".picture__select");
    if (box) new Sweep(selection, event, box.closest(".picture"));
    else if (event.pointerType === "mouse" && isFree(selection, event)) new Frame(selection, event);
  });
}

// Between the pictures and beside them, but not on what a person may want to read or press
function isFree(selection, event) {
  if (event.target.closest(HANDLED) || event.ctrlKey || event.altKey) return false;
  const sheet = selection.querySelector("[data-role=sheet]");
  return sheet.contains(event.target) || event.target.contains(sheet);
}

// A drag from its beginning to its end
class Drag {
  constructor(selection, event) {
    this.selection = selection;
    this.start = this.last = event;
    this.events = new AbortController();
    const { signal } = this.events;
    addEventListener("pointermove", (it) => this.#move(it), { signal });
    addEventListener("pointerup", () => this.#end(), { signal });
    addEventListener("pointercancel", () => this.#end(), { signal });
    addEventListener("selectstart", (it) => it.preventDefault(), { signal });
    addEventListener("dragstart", (it) => it.preventDefault(), { signal, capture: true });
    addEventListener("scroll", () => this.isMoving && this.moved(this.last), { signal });
  }

  #move(event) {
    this.last = event;
    if (!this.isMoving && Math.hypot(event.clientX - this.start.clientX, event.clientY - this.start.clientY) > FAR_ENOUGH) {
      this.isMoving = true;
      this.began();
      this.#scroll();
    }
    if (this.isMoving) this.moved(event);
  }

  #scroll = () => {
    const { clientY: y } = this.last;
    if (y < EDGE) scrollBy(0, -(EDGE - y) / 3);
    else if (y > innerHeight - EDGE) scrollBy(0, (y - innerHeight + EDGE) / 3);
    this.frame = requestAnimationFrame(this.#scroll);
  };

  #end() {
    cancelAnimationFrame(this.frame);
    this.events.abort();
    if (!this.isMoving) return;
    // The click that comes after it is none
    addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    setTimeout(() => this.ended?.());
  }
}

// From a check box on: all pictures on the way become what the first becomes
class Sweep extends Drag {
  constructor(selection, event, picture) {
    super(selection, event);
    this.first = picture;
    this.isChosen = !selection.has(picture);
    this.before = new Set(selection.chosenPictures);
    if (event.pointerType === "touch") event.target.releasePointerCapture?.(event.pointerId);
  }

  began() {}

  moved({ clientX, clientY }) {
    const picture = document.elementFromPoint(clientX, clientY)?.closest(".picture");
    if (!picture || !this.selection.contains(picture)) return;
    const swept = this.selection.between(this.first, picture);
    const others = this.selection.pictures.filter((it) => !swept.includes(it));
    this.selection.choose(others.filter((it) => this.before.has(it)));
    this.selection.choose(others.filter((it) => !this.before.has(it)), false);
    this.selection.choose(swept, this.isChosen);
  }
}

// A frame from a free place; with shift or command it adds to what was selected
class Frame extends Drag {
  began() {
    const isAdding = this.start.shiftKey || this.start.metaKey;
    this.before = new Set(isAdding ? this.selection.chosenPictures : []);
    if (!isAdding) this.selection.clear();
    this.origin = { x: this.start.clientX + scrollX, y: this.start.clientY + scrollY };
    this.drawn = document.createElement("div");
    this.drawn.className = "selection-frame";
    document.body.append(this.drawn);
  }

  moved({ clientX, clientY }) {
    const box = this.#box(clientX + scrollX, clientY + scrollY);
    this.#draw(box);
    const pictures = this.selection.pictures;
    const touched = pictures.filter((it) => this.before.has(it) || this.#touches(box, it));
    this.selection.choose(pictures.filter((it) => !touched.includes(it)), false);
    this.selection.choose(touched);
  }

  ended() {
    this.drawn.remove();
  }

  #box(x, y) {
    const [left, right] = [this.origin.x, x].toSorted((a, b) => a - b);
    const [top, bottom] = [this.origin.y, y].toSorted((a, b) => a - b);
    return { left, right, top, bottom };
  }

  #draw({ left, right, top, bottom }) {
    const { style } = this.drawn;
    style.left = `${left - scrollX}px`;
    style.top = `${top - scrollY}px`;
    style.width = `${right - left}px`;
    style.height = `${bottom - top}px`;
  }

  #touches(box, picture) {
    const it = picture.querySelector(".picture__link").getBoundingClientRect();
    const [x, y] = [scrollX, scrollY];
    return it.left + x < box.right && it.right + x > box.left && it.top + y < box.bottom && it.bottom + y > box.top;
  }
}
