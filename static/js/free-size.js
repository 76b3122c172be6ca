// Width and height while they are typed: the same rule as on the server, said at once, and the
// drawn frame in their shape.

const STEP = 16;
const LONGEST = 3840;
const WIDEST = 3;
const FEWEST = 655360;
const MOST = 8294400;

class FreeSize extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.#check());
    this.addEventListener("change", () => this.#check());
    this.help = this.querySelector("[data-role=help]");
    this.first = this.help?.textContent;
    this.frame = this.querySelector("[value=free] + span > i");
  }

  #check() {
    if (!this.help) return;
    const inputs = [...this.querySelectorAll("input[type=number]")];
    const isFree = this.querySelector("[value=free]")?.checked;
    const [width, height] = inputs.map((input) => Number(input.value));
    const fault = isFree ? faultOf(width, height) : "";
    // A shape that no model takes would break the row of frames
    if (width && height && fault !== "ratio") this.frame.style.setProperty("--ratio", width / height);
    const text = fault ? this.help.dataset[fault] : this.first;
    if (this.help.textContent !== text) this.help.textContent = text;
    this.help.classList.toggle("is-fault", Boolean(fault));
    inputs.forEach((input) => input.setAttribute("aria-invalid", String(Boolean(fault))));
  }
}

function faultOf(width, height) {
  if (!width || !height || width % STEP || height % STEP) return "multiples";
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  if (longer > LONGEST) return "longest";
  if (longer > WIDEST * shorter) return "ratio";
  if (width * height < FEWEST) return "fewest";
  return width * height > MOST ? "most" : "";
}

customElements.define("free-size", FreeSize);
