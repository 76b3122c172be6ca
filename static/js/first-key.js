// Ctrl+Enter sends the composer's form from the first moment on: the other scripts, which send it
// without leaving the page, may still be under way. The page waits for this one: no field can be
// typed in before it is there.

addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  // Elsewhere on the page too, but for what has a form or a window of its own
  const isElsewhere = event.target.closest("form, dialog, [popover]") !== null;
  const composer = event.target.closest("prompt-composer") ?? (isElsewhere ? null : document.querySelector("prompt-composer"));
  const form = composer?.querySelector("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("#generate"));
});
