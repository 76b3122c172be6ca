// Sends a form as a script does, and answers what the server says to one. Throws an Error with the
// `status` of a refusal and the server's own sentence, if it has one; without a status where there is
// no answer or nobody is signed in any more.

export async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    body: fields,
    headers: { "HX-Request": "true" },
  }).catch(() => undefined);
  if (!answer || answer.redirected) throw new Error("");
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(told.said ?? ""), { status: answer.status });
  return told;
}

// What was done, for the toasts; `undo` is a function, or nothing. Where nothing is
// said, what was said last goes, unless it can be undone
export function say(said, undo) {
  document.dispatchEvent(new CustomEvent("done", { detail: { said, undo } }));
}
