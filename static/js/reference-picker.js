// References by drop, paste or browse, uploaded at once, put in order and removed.
// Without this script the file field goes along with the form, and the buttons ask the server.
// Fires "references-changed" (bubbling).

class ReferencePicker extends HTMLElement {
  #uploads = new Set();

  connectedCallback() {
    this.form = this.closest("form");
    this.list = this.querySelector("[data-role=list]");
    this.input = this.querySelector("input[type=file]");
    this.input.addEventListener("change", () => this.#take([...this.input.files]));
    this.list.addEventListener("click", (event) => this.#press(event));
    this.#sortByHand();
    for (const name of ["dragover", "dragleave", "drop", "paste"]) {
      document.addEventListener(name, this);
    }
  }

  disconnectedCallback() {
    for (const name of ["dragover", "dragleave", "drop", "paste"]) {
      document.removeEventListener(name, this);
    }
  }

  get isUploading() {
    return this.#uploads.size > 0;
  }

  async settled() {
    while (this.#uploads.size) await Promise.allSettled(this.#uploads);
  }

  get hasRoom() {
    return this.#references.length < this.#most;
  }

  // A picture of the gallery: the server makes a reference of it; true when it stands here
  take(address, name) {
    const taking = this.#ask(address, new FormData(), this.#placeFor(name), name);
    this.#wait(taking);
    return taking;
  }

  get #most() {
    return Number(this.querySelector("[data-most]").dataset.most);
  }

  get #references() {
    return [...this.list.querySelectorAll(".reference")];
  }

  // From outside: files dropped anywhere on the page, or pasted

  handleEvent(event) {
    const files = event.dataTransfer ?? event.clipboardData;
    if (!files || ![...files.types].includes("Files") || !this.#most) return;
    if (event.type === "paste") return this.#paste(event, files);
    event.preventDefault();
    const isOver = event.type === "dragover" || (event.type === "dragleave" && event.relatedTarget);
    this.form.classList.toggle("is-over", Boolean(isOver));
    if (event.type === "drop") this.#take([...files.files]);
  }

  #paste(event, clipboard) {
    // Text that carries a picture of itself, as office programs send it, is text
    if ([...clipboard.types].includes("text/plain")) return;
    event.preventDefault();
    this.#take([...clipboard.files]);
  }

  #take(files) {
    this.#forgetFaults();
    const room = this.#most - this.#references.length;
    files.slice(0, Math.max(room, 0)).forEach((file) => this.#upload(file));
    if (files.length > room) {
      this.#complain(this.dataset.full.replace("{n}", this.#most));
    }
    this.input.value = "";
  }

  #upload(file) {
    this.#wait(this.#send(file, this.#placeFor(file.name)));
  }

  #wait(sending) {
    const upload = sending.finally(() => {
      this.#uploads.delete(upload);
      this.#changed();
    });
    this.#uploads.add(upload);
    this.#renumber();
  }

  #placeFor(name) {
    const place = document.createElement("li");
    place.className = "reference is-uploading";
    const blank = document.createElement("span");
    blank.className = "reference__blank";
    blank.textContent = name;
    place.append(blank);
    this.list.insertBefore(place, this.list.lastElementChild);
    return place;
  }

  async #send(file, place) {
    if (file.size > Number(this.dataset.bytes)) {
      place.remove();
      return this.#complain(this.dataset.large.replace("{name}", file.name));
    }
    const body = new FormData();
    body.append("references", file);
    return this.#ask(this.dataset.upload, body, place, file.name);
  }

  // True when the answer brought a reference
  async #ask(address, body, place, name) {
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    const options = { method: "POST", body, headers: { "HX-Request": "true" } };
    const answer = await fetch(address, options).catch(() => undefined);
    const isAnswer = answer && !answer.redirected && (answer.ok || answer.status === 422);
    if (isAnswer) return this.#put(await answer.text(), place);
    place.remove();
    this.#complain(this.dataset.failed.replace("{name}", name));
    return false;
  }

  #put(html, place) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const faults = template.content.querySelectorAll(".field__error");
    this.querySelector("[data-role=faults]").append(...faults);
    const references = [...template.content.querySelectorAll(".reference")];
    // A picture that is taken again from the gallery is the same reference
    const ids = this.#references.map((reference) => reference.dataset.id);
    place.replaceWith(...references.filter(({ dataset }) => !ids.includes(dataset.id)));
    return references.length > 0;
  }

  // Inside: remove, put earlier, drag

  #press(event) {
    const button = event.target.closest("button");
    const reference = button?.closest(".reference");
    if (!reference) return;
    event.preventDefault();
    if (button.classList.contains("reference__remove")) this.#remove(reference);
    else if (button.dataset.role === "paint") document.querySelector("mask-painter").paint(reference);
    else if (button.name === "remove_mask") this.putMask(reference);
    else this.#putEarlier(reference, button);
  }

  // The mask of a reference, as the server drew it; nothing removes it
  putMask(reference, mask) {
    const shown = reference.querySelector("[data-role=mask]");
    if (mask) {
      shown.replaceWith(mask);
    } else {
      shown.querySelectorAll(":scope > :not([data-role=paint])").forEach((part) => part.remove());
      shown.querySelector("[data-role=paint]").lastChild.textContent = this.dataset.paint;
    }
    reference.querySelector("[data-role=paint]").focus();
    document.querySelector("#fault-mask")?.remove();
    this.#changed();
  }

  #remove(reference) {
    const next = reference.nextElementSibling;
    reference.remove();
    (next.querySelector(".reference__remove") ?? this.input).focus();
    this.#forgetFaults();
    this.#changed();
    const said = this.dataset.removed.replace("{name}", reference.querySelector("img").alt);
    const detail = { said, undo: () => this.#bringBack(reference, next) };
    this.dispatchEvent(new CustomEvent("done", { bubbles: true, detail }));
  }

  // To its place, or to the end where what stood behind it is gone, too
  #bringBack(reference, next) {
    const place = next.parentElement === this.list ? next : this.list.lastElementChild;
    place.before(reference);
    reference.querySelector(".reference__remove").focus();
    this.#changed();
  }

  #putEarlier(reference, button) {
    reference.previousElementSibling?.before(reference);
    const isFirst = !reference.previousElementSibling;
    (isFirst ? reference.querySelector(".reference__remove") : button).focus();
    this.#changed();
  }

  #sortByHand() {
    this.list.addEventListener("dragstart", (event) => {
      this.dragged = event.target.closest(".reference");
      event.dataTransfer.effectAllowed = "move";
      this.dragged?.classList.add("is-dragged");
    });
    this.list.addEventListener("dragover", (event) => {
      const over = event.target.closest(".reference");
      if (!this.dragged || !over || over === this.dragged) return;
      event.preventDefault();
      const box = over.getBoundingClientRect();
      if (event.clientX < box.left + box.width / 2) over.before(this.dragged);
      else over.after(this.dragged);
    });
    this.list.addEventListener("dragend", () => {
      this.dragged?.classList.remove("is-dragged");
      this.dragged = undefined;
      this.#changed();
    });
  }

  #changed() {
    this.#renumber();
    this.dispatchEvent(new CustomEvent("references-changed", { bubbles: true }));
  }

  #renumber() {
    this.#references.forEach((reference, index) => {
      for (const number of reference.querySelectorAll("[data-role=number]")) {
        number.textContent = index + 1;
      }
    });
  }

  #complain(sentence) {
    const fault = document.createElement("p");
    fault.className = "field__error";
    fault.setAttribute("role", "alert");
    fault.textContent = sentence;
    this.querySelector("[data-role=faults]").append(fault);
  }

  #forgetFaults() {
    this.querySelector("[data-role=faults]").replaceChildren();
  }
}

customElements.define("reference-picker", ReferencePicker);
