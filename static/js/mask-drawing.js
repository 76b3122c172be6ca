// A mask while it is painted: strokes on a canvas of the picture's own size, with undo and redo.
// Painted is what is to be repainted; as a file it is the part that is clear (alpha 0).

const HALF = 127;

export class MaskDrawing {
  #base;
  #strokes = [];
  #undone = [];

  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d", { willReadFrequently: true });
  }

  // `mask` is an earlier mask of the same picture, as it was kept
  open(picture, mask) {
    this.canvas.width = picture.naturalWidth;
    this.canvas.height = picture.naturalHeight;
    this.#base = mask;
    this.#strokes = [];
    this.#undone = [];
    this.#draw();
  }

  get isChanged() {
    return this.#strokes.length > 0;
  }

  get mayRedo() {
    return this.#undone.length > 0;
  }

  get isEmpty() {
    const { width, height } = this.canvas;
    const values = this.pen.getImageData(0, 0, width, height).data;
    for (let index = 3; index < values.length; index += 4) {
      if (values[index] > HALF) return false;
    }
    return true;
  }

  // `width` and points are in the picture's pixels
  begin(point, { tool, width }) {
    this.#strokes.push({ tool, width, points: [point] });
    this.#undone = [];
    this.#line(this.#strokes.at(-1), 0);
  }

  extend(points) {
    const stroke = this.#strokes.at(-1);
    const from = stroke.points.length - 1;
    stroke.points.push(...points);
    this.#line(stroke, from);
  }

  clear() {
    this.#strokes.push({ tool: "clear", points: [] });
    this.#undone = [];
    this.#draw();
  }

  undo() {
    if (!this.isChanged) return;
    this.#undone.push(this.#strokes.pop());
    this.#draw();
  }

  redo() {
    if (!this.mayRedo) return;
    this.#strokes.push(this.#undone.pop());
    this.#draw();
  }

  file() {
    const { width, height } = this.canvas;
    const sheet = new OffscreenCanvas(width, height);
    const pen = sheet.getContext("2d");
    pen.fillRect(0, 0, width, height);
    pen.globalCompositeOperation = "destination-out";
    pen.drawImage(this.canvas, 0, 0);
    return sheet.convertToBlob({ type: "image/png" });
  }

  #draw() {
    const { width, height } = this.canvas;
    this.pen.globalCompositeOperation = "source-over";
    this.pen.clearRect(0, 0, width, height);
    this.pen.fillStyle = this.pen.strokeStyle = getComputedStyle(this.canvas).color;
    const last = this.#strokes.findLastIndex((stroke) => stroke.tool === "clear");
    if (this.#base && last < 0) this.#drawBase();
    this.#strokes.slice(last + 1).forEach((stroke) => this.#line(stroke, 0));
  }

  #drawBase() {
    const { width, height } = this.canvas;
    this.pen.fillRect(0, 0, width, height);
    this.pen.globalCompositeOperation = "destination-out";
    this.pen.drawImage(this.#base, 0, 0, width, height);
  }

  #line({ tool, width, points }, from) {
    const { pen } = this;
    pen.globalCompositeOperation = tool === "eraser" ? "destination-out" : "source-over";
    pen.lineWidth = width;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...points[from]);
    // A line to where it starts is a dot
    points.slice(from).forEach((point) => pen.lineTo(...point));
    pen.stroke();
  }
}
