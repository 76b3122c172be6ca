// Ctrl+Enter sends the composer's form from the first moment on: the other scripts, which send it
// without leaving the page, may still be under way. The page waits for this one: no field can be
// typed in before it is there.

addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("prompt-composer")?.querySelector("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("#generate"));
});
