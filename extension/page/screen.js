/** The Screen of the page: what shows, in depth-first order, within a budget. No text and no value is read. */

/**
 * [role, depth, name, state, x, y, width, height, secret, editable]
 * @typedef {[string, number, string, string, number, number, number, number, boolean, boolean]} ScreenNode
 */

/** @typedef {{nodes: ScreenNode[], view: number[], dialog: Element | null}} Screenful */

var SCREEN_NODES = 400;
var SCREEN_MS = 10;
/** Children of one parent that are looked at; the rest of a long list looks the same. */
var SCREEN_CHILDREN = 100;

/**
 * What shows in this page and in the frames that are of its own origin.
 * @returns {Screenful}
 */
function takeScreen() {
  const [width, height] = [innerWidth, innerHeight];
  /** @type {Screenful} */
  const taken = {
    nodes: [["document", 0, "", "", 0, 0, width, height, false, false]],
    view: [0, 0, width, height],
    dialog: null,
  };
  const until = performance.now() + SCREEN_MS;

  /**
   * @param {Element} element
   * @param {number} depth
   * @param {number} left
   * @param {number} top
   */
  function look(element, depth, left, top) {
    if (taken.nodes.length >= SCREEN_NODES || performance.now() > until) return;
    if (!element.checkVisibility({ visibilityProperty: true }) || element.getAttribute("aria-hidden") === "true") {
      return;
    }
    if (element.getAttribute("data-glasswork") === "off") return;
    const role = roleOf(element);
    let below = depth;
    if (role) {
      const box = element.getBoundingClientRect();
      const [x, y] = [Math.round(box.x + left), Math.round(box.y + top)];
      if (x >= width || y >= height || x + box.width <= 0 || y + box.height <= 0) return;
      const secret = (isEditable(element) || role === "combobox") && isMarkedSecret(element);
      const name = NAMED_ROLES.has(role) && !secret ? nameOf(element, role) : "";
      const size = [Math.round(box.width), Math.round(box.height)];
      taken.nodes.push([
        role, depth, name, stateOf(element, role), x, y, size[0] ?? 0, size[1] ?? 0, secret, isEditable(element),
      ]);
      below += 1;
      if (role === "dialog" || role === "alertdialog") taken.dialog = element;
    }
    if (element.tagName === "SELECT") return;
    if (element.tagName === "IFRAME") {
      const frame = /** @type {HTMLIFrameElement} */ (element);
      const box = frame.getBoundingClientRect();
      const inside = frame.contentDocument?.documentElement;
      if (inside) look(inside, below, left + box.x + frame.clientLeft, top + box.y + frame.clientTop);
      return;
    }
    // A closed root is asked for only where one is likely: the question takes longer than the rest.
    const likely = element.tagName.includes("-") || element.childElementCount === 0;
    const children = ((likely ? shadowOf(element) : element.shadowRoot) ?? element).children;
    for (let n = 0; n < children.length && n < SCREEN_CHILDREN; n += 1) {
      look(/** @type {Element} */ (children[n]), below, left, top);
    }
    if (element.tagName === "SLOT") {
      for (const one of /** @type {HTMLSlotElement} */ (element).assignedElements()) look(one, below, left, top);
    }
  }

  if (document.documentElement) look(document.documentElement, 1, 0, 0);
  return taken;
}

/**
 * @param {Element} element
 * @param {string} role
 */
function stateOf(element, role) {
  if (["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"].includes(role)) {
    const checked = "checked" in element ? element.checked : element.getAttribute("aria-checked") === "true";
    return checked ? "checked" : "unchecked";
  }
  if (element.getAttribute("aria-expanded") === "true") return "expanded";
  return element.getAttribute("aria-selected") === "true" ? "selected" : "";
}

/**
 * A number that differs, most likely, when a screen does: the last one itself is not kept.
 * @param {unknown} thing
 */
function fingerprint(thing) {
  let hash = 5381;
  const text = JSON.stringify(thing);
  for (let n = 0; n < text.length; n += 1) hash = (Math.imul(hash, 33) ^ text.charCodeAt(n)) | 0;
  return hash;
}
