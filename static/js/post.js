// Sends a form as a script does, and answers what the server says to one. Throws an Error with the
// server's own sentence, or an empty one where there is no answer or nobody is signed in any more.

export async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    body: fields,
    headers: { "HX-Request": "true" },
  }).catch(() => undefined);
  if (!answer || answer.redirected) throw new Error("");
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.said ?? "");
  return told;
}

// What was done, for the toasts; `undo` is a function, or nothing
export function say(said, undo) {
  document.dispatchEvent(new CustomEvent("done", { detail: { said, undo } }));
}
