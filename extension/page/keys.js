/** What a key is called (`KEYS` in `schema/words.py`), and what is held with it. */

/** @type {Record<string, string>} */
var KEY_NAMES = {
  " ": "space", Enter: "enter", Tab: "tab", Escape: "escape", Backspace: "backspace", Delete: "delete",
  Insert: "insert", ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Home: "home", End: "end",
  PageUp: "page_up", PageDown: "page_down", ContextMenu: "menu",
};
var BUTTON_NAMES = ["left", "middle", "right", "back", "forward"];
/** Keys that do nothing by themselves, or whose outcome comes by another event. */
var HOLDS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Dead", "Process"]);

/**
 * The name of a key, and the modifiers held, as the bits of `schema.raw.Modifier`.
 * @param {KeyboardEvent} event
 */
function strokeOf(event) {
  const { key } = event;
  const altGraph = event.ctrlKey && event.getModifierState("AltGraph"); // it writes, it does not command
  const commands = altGraph ? 0 : (event.ctrlKey ? 2 : 0) | (event.altKey ? 4 : 0);
  const held = commands | (event.shiftKey ? 1 : 0) | (event.metaKey ? 8 : 0);
  const name = KEY_NAMES[key] ?? (key.length === 1 ? "char" : otherName(key));
  return { name, held };
}

/** @param {string} key */
function otherName(key) {
  if (/^F\d/.test(key)) return key.toLowerCase();
  return key.length === 2 ? "char" : "other"; // a character of two units
}
