// What is done with the selected pictures, without leaving the sheet; each act can be undone.

import { drawMark, isMarked } from "./marks.js";
import { post, say } from "./post.js";

const ASKS_EVERY = 1000;

export class SelectionActs {
  #underWay = new WeakSet();

  constructor(selection) {
    this.selection = selection;
    this.form = selection.form;
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.form.addEventListener("keydown", (event) => this.#enter(event));
    this.selection.addEventListener("submit", (event) => this.#submitOne(event));
  }

  // Also for pictures that are dragged: `fields` says which
  async add(fields) {
    const button = this.form.querySelector("[data-act=add]");
    await this.#try(async () => this.#say(await post(button.formAction, fields)));
  }

  fields(images) {
    const fields = new FormData(this.form);
    if (images) fields.set("images", images.join(" "));
    return fields;
  }

  #submit(event) {
    const button = event.submitter;
    const act = { download: this.#download, add: this.#add, favourite: this.#mark, trash: this.#remove, "take-out": this.#remove }[
      button?.dataset.act
    ];
    if (!act) return this.selection.querySelector("gallery-sheet")?.remember();
    event.preventDefault();
    this.#close();
    if (this.selection.size) this.#try(() => act.call(this, button));
    return undefined;
  }

  // A picture of the trash has a button of its own
  #submitOne(event) {
    const { submitter, target } = event;
    if (target === this.form || submitter?.dataset.act !== "take-out") return;
    event.preventDefault();
    if (!this.#underWay.has(target)) this.#try(() => this.#removeOne(target));
  }

  // Pressed twice, it is sent once: the second answer would take the first one's Undo away
  async #removeOne(form) {
    const picture = form.closest(".picture");
    this.#underWay.add(form);
    try {
      const told = await post(form.action, new FormData(form));
      this.selection.choose([picture], false);
      this.#takeAway([picture], told);
    } finally {
      this.#underWay.delete(form);
    }
  }

  // Enter in the name of a new collection makes it
  #enter(event) {
    if (event.key !== "Enter" || event.target.name !== "name" || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit(this.form.querySelector("[data-role=new]"));
  }

  #close() {
    for (const menu of this.form.querySelectorAll(":popover-open")) menu.hidePopover();
  }

  // What got no answer, or none that says why, may be tried again by `again`, where there is no button for it any more
  async #try(act, again) {
    try {
      await act();
    } catch (error) {
      const isGone = error.status === 404;
      const told = error.status && (error.message || (isGone && this.form.dataset.gone));
      if (told) say(told);
      else say(this.form.dataset.failed, again);
    }
  }

  #say({ said, undo }, restore = () => {}) {
    const takeBack = () => this.#try(() => this.#undo(undo, restore), takeBack);
    say(said, undo && takeBack);
  }

  async #undo({ address, fields }, restore) {
    const token = this.form.querySelector("[name=csrfmiddlewaretoken]").value;
    const told = await post(address, new URLSearchParams({ ...fields, csrfmiddlewaretoken: token }));
    restore();
    say(told.said);
  }

  async #add(button) {
    const told = await post(button.formAction, new FormData(this.form, button));
    this.form.querySelector("[name=name]").value = "";
    this.selection.clear();
    this.#say(told);
  }

  // All are marked already: then the marks are taken away
  async #mark(button) {
    const pictures = this.selection.chosenPictures;
    const isOn = !pictures.length || !pictures.every(SelectionActs.#isMarked);
    const changed = pictures.filter((picture) => SelectionActs.#isMarked(picture) !== isOn);
    const fields = new FormData(this.form, button);
    fields.set("is_favourite", isOn ? "yes" : "no");
    const told = await post(button.formAction, fields);
    SelectionActs.#draw(changed, isOn);
    this.#say(told, () => SelectionActs.#draw(changed, !isOn));
  }

  static #isMarked(picture) {
    return isMarked(picture.querySelector(".favourite"));
  }

  static #draw(pictures, isOn) {
    for (const picture of pictures) drawMark(picture.querySelector(".favourite"), isOn);
  }

  async #remove(button) {
    const pictures = this.selection.chosenPictures;
    const told = await post(button.formAction, new FormData(this.form, button));
    this.selection.clear();
    this.#takeAway(pictures, told);
  }

  #takeAway(pictures, told) {
    const gone = new Set(told.undo.fields.images.split(" "));
    const next = this.#after(pictures);
    const places = pictures.filter((picture) => gone.has(picture.dataset.image)).map(SelectionActs.#takeOut);
    this.#sheetChanged();
    SelectionActs.#keepThePage();
    this.#focus(next);
    this.#say(told, () => this.#putBack(places));
  }

  // What follows has moved up onto this page of several
  static #keepThePage() {
    const next = document.querySelector(".pages [rel=next]");
    if (next) next.href = location.pathname + location.search;
  }

  // Where one goes on when these are gone
  #after(pictures) {
    const all = this.selection.pictures;
    const rest = all.slice(all.indexOf(pictures.at(-1)) + 1);
    return rest.find((it) => !pictures.includes(it)) ?? all.findLast((it) => !pictures.includes(it));
  }

  // Only where the focus was lost with what is gone, or with the bar
  #focus(picture) {
    const { activeElement, body } = document;
    if (activeElement !== body && activeElement.checkVisibility()) return;
    const link = picture?.querySelector(".picture__link") ?? this.selection.querySelector("[data-role=empty] a");
    link?.focus({ preventScroll: true });
  }

  static #takeOut(picture) {
    const place = document.createComment("");
    picture.replaceWith(place);
    return { picture, place };
  }

  // A sheet that was searched meanwhile has no place for them
  #putBack(places) {
    if (places.some(({ place }) => !place.isConnected)) return location.reload();
    for (const { picture, place } of places) place.replaceWith(picture);
    this.#sheetChanged();
    this.#focus(places[0]?.picture);
    return undefined;
  }

  #sheetChanged() {
    this.selection.dispatchEvent(new CustomEvent("sheet-changed"));
    this.selection.querySelector("[data-role=sheet]").relay?.();
    const empty = this.selection.querySelector("[data-role=empty]");
    if (empty) empty.hidden = this.selection.pictures.length > 0;
  }

  // One picture comes as itself, several in a ZIP. What has to be converted is waited for here
  async #download(button) {
    const fields = new FormData(this.form, button);
    if (this.selection.size === 1) return this.#downloadOne(fields);
    const { address } = await post(this.form.action, fields);
    await this.#untilReady(address);
    location.assign(address);
    return undefined;
  }

  #downloadOne(fields) {
    const asked = ["form", "size", "is_told"].filter((name) => fields.has(name));
    const query = new URLSearchParams(asked.map((name) => [name, fields.get(name)]));
    location.assign(`/images/${this.selection.ids[0]}/download/?${query}`);
  }

  async #untilReady(address) {
    for (;;) {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error("");
      const { done, total } = await answer.json();
      if (done >= total) return;
      say(this.form.dataset.preparing.replace("{done}", done).replace("{total}", total));
      await new Promise((go) => setTimeout(go, ASKS_EVERY));
    }
  }
}
