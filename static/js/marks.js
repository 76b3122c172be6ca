// The mark of a favourite as its button shows it, and what the button will ask for next.

export function isMarked(button) {
  return button.ariaPressed === "true";
}

export function drawMark(button, isOn) {
  button.ariaPressed = String(isOn);
  button.value = isOn ? "no" : "yes";
}
