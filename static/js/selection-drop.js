// Dragging pictures into a collection: while pictures are dragged the list of collections lies open,
// and each of them takes what is dropped on it. By key and by finger the same list is a menu.

export function watchDrops(selection) {
  const shelf = selection.querySelector("[data-role=collections]");
  if (!shelf) return;
  const drop = new Drop(selection, shelf);
  for (const name of ["dragstart", "dragover", "dragleave", "drop", "dragend"]) {
    selection.addEventListener(name, drop);
  }
}

class Drop {
  constructor(selection, shelf) {
    this.selection = selection;
    this.shelf = shelf;
  }

  handleEvent(event) {
    if (event.type === "dragstart") return this.#lift(event);
    if (!this.images) return undefined;
    if (event.type === "dragend") return this.#letGo();
    const place = event.target.closest?.("[data-act=add]");
    if (event.type === "dragleave") place?.classList.remove("is-over");
    else if (place) this.#over(event, place);
    return undefined;
  }

  // One that is not selected is dragged alone
  #lift(event) {
    const picture = event.target.closest?.(".picture");
    if (!picture) return;
    this.images = this.selection.has(picture) ? this.selection.ids : [picture.dataset.image];
    this.picture = picture;
    event.dataTransfer.effectAllowed = "copyLink";
    // A change of the page in the middle of the event would end the drag
    setTimeout(() => this.#open());
  }

  #open() {
    if (!this.images) return;
    this.selection.classList.add("is-dragging");
    this.shelf.popover = "manual";
    this.shelf.showPopover();
  }

  #over(event, place) {
    event.preventDefault();
    if (event.type === "dragover") {
      event.dataTransfer.dropEffect = "copy";
      place.classList.add("is-over");
      return;
    }
    place.classList.remove("is-over");
    this.#drop(place);
  }

  #drop(place) {
    const { images } = this;
    if (place.dataset.role === "new") this.isNew = true;
    else this.#add(images, place.value);
  }

  #add(images, collection) {
    const fields = this.selection.acts.fields(images);
    fields.set("collection", collection);
    fields.delete("name");
    this.selection.acts.add(fields);
    this.selection.clear();
  }

  #letGo() {
    this.images = undefined;
    this.selection.classList.remove("is-dragging");
    if (this.shelf.matches(":popover-open")) this.shelf.hidePopover();
    this.shelf.popover = "auto";
    if (this.isNew) this.#name();
    this.isNew = false;
  }

  // A new collection wants a name first
  #name() {
    if (!this.selection.has(this.picture)) this.selection.choose([this.picture]);
    this.shelf.showPopover();
    this.shelf.querySelector("[name=name]").focus();
  }
}
