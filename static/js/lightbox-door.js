// Opens the large view, and loads it only then. Without this script the same link shows the file.

document.addEventListener("click", async (event) => {
  const opener = event.target.closest?.("[data-act=show]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { open } = await import("./picture-lightbox.js");
  open(opener);
});
