// What the large view goes through: the pictures of a sheet, or from page to page. Each gives facts
// of a picture ("file", "thumb", "width", "height", "alt", "number", "page", "isLiked", ...) and its
// neighbours; `left` says where one was at the end.

import { drawMark, isMarked } from "./marks.js";

export function sourceOf(opener) {
  const picture = opener.closest(".picture");
  return picture ? new Sheet(picture) : new Page(document, location.href);
}

class Sheet {
  constructor(picture) {
    this.picture = picture;
    this.sheet = picture.closest("[data-role=sheet]");
    this.selection = picture.closest("picture-selection");
  }

  get facts() {
    const image = this.picture.querySelector(".picture__image");
    const { image: id } = this.picture.dataset;
    return {
      id,
      file: `/images/${id}/file/`,
      thumb: image.currentSrc || image.src,
      width: Number(image.getAttribute("width")),
      height: Number(image.getAttribute("height")),
      alt: image.alt,
      number: this.picture.querySelector(".frame-number").textContent,
      page: this.picture.querySelector(".picture__link").href,
      download: this.picture.querySelector("[data-key=d]").href,
      isTransparent: this.picture.classList.contains("is-transparent"),
      isLiked: isMarked(this.picture.querySelector(".favourite")),
      isChosen: this.selection.has(this.picture),
    };
  }

  async neighbour(step) {
    const pictures = [...this.sheet.querySelectorAll(".picture")];
    const found = pictures[pictures.indexOf(this.picture) + step];
    if (found || step < 0 || !(await this.sheet.more?.())) return found && this.#at(found);
    return this.neighbour(step);
  }

  #at(picture) {
    return new Sheet(picture);
  }

  choose() {
    this.selection.toggle(this.picture);
  }

  liked(isOn) {
    drawMark(this.picture.querySelector(".favourite"), isOn);
  }

  // On to its page: Back is to lead to it
  going() {
    this.sheet.remember?.(this.picture);
  }

  left() {
    this.sheet.uncover?.();
    this.picture.scrollIntoView({ block: "nearest" });
    this.picture.querySelector(".picture__link").focus({ preventScroll: true });
  }
}

class Page {
  constructor(page, address) {
    this.page = page;
    this.address = address;
  }

  get facts() {
    const image = this.page.querySelector(".viewer__image");
    const file = image.getAttribute("src");
    return {
      id: file.split("/").at(-3),
      file,
      thumb: file.replace("/file/", "/thumbnail/"),
      width: Number(image.getAttribute("width")),
      height: Number(image.getAttribute("height")),
      alt: image.alt,
      number: this.page.querySelector(".viewer__number").lastChild.textContent,
      page: this.address,
      download: this.page.querySelector("[data-key=d]").getAttribute("href"),
      isTransparent: this.page.querySelector(".viewer__mat").classList.contains("is-transparent"),
      isLiked: isMarked(this.page.querySelector(".favourite")),
    };
  }

  async neighbour(step) {
    const link = this.page.querySelector(`nav [rel=${step < 0 ? "prev" : "next"}]`);
    if (!link) return undefined;
    const address = new URL(link.getAttribute("href"), this.address).href;
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) return undefined;
    return new Page(new DOMParser().parseFromString(await answer.text(), "text/html"), address);
  }

  liked(isOn) {
    drawMark(this.page.querySelector(".favourite"), isOn);
  }

  left() {
    if (this.page !== document) location.replace(this.address);
    else document.querySelector(".viewer__link").focus({ focusVisible: false });
  }
}
