// Letters as keys, as in f for favourite: some people would rather have none of them, for voice
// control types letters too. The sheet of keys has the switch; the choice stays in this browser.

const NAME = "single-keys";

export function areLettersOn() {
  return localStorage.getItem(NAME) !== "off";
}

export function switchLetters(isOn) {
  if (isOn) localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, "off");
}

// Whether a key is meant for the page: not typed into a field, not a shortcut of the browser
export function isForPage(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return false;
  if (event.target.closest("textarea, select, input:not([type=checkbox]), [contenteditable]")) return false;
  return event.key.length > 1 || event.key === " " || areLettersOn();
}
