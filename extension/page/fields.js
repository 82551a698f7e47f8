/** Which field it is, whether it is secret, and what the recorder is told of it. */

/**
 * An element as the recorder is told of it. `secret`: true, false, or null (not known, so nothing of it is recorded).
 * @typedef {{role: string, label: string, field: string, box: number[] | null, view: number[] | null,
 *   editable: boolean, secret: boolean | null}} Described
 */

/** Elements that were a password field once, and the keys of all that were: "show password" makes no field harmless. */
/** @type {WeakSet<Element>} */
var OnceSecret = new WeakSet();
/** @type {Set<string>} */
var OnceSecretKeys = new Set();

/** Elements that can have no shadow root of a page's making: not worth the question. */
var NO_HOSTS = /^(A|BUTTON|FORM|I?FRAME|IMG|INPUT|LABEL|LI|OL|OPTION|SELECT|SVG|T[A-Z]+|UL)$/;

var SECRET_COMPLETIONS = /(^|\s)(one-time-code|current-password|new-password|cc-[a-z-]+)($|\s)/i;

/**
 * The shadow root of an element, open or closed.
 * @param {Element} element
 * @returns {ShadowRoot | null}
 */
function shadowOf(element) {
  if (element.shadowRoot) return element.shadowRoot;
  if (!(element instanceof HTMLElement) || NO_HOSTS.test(element.tagName)) return null;
  return chrome.dom.openOrClosedShadowRoot(element);
}

/**
 * The element that contains this one, across shadow roots.
 * @param {Element} element
 * @returns {Element | null}
 */
function parentOf(element) {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/**
 * Whether the page itself asks that a place not be recorded: `data-glasswork="off"` on it or around it. A page can
 * narrow what is recorded and never widen it.
 * @param {Element} element
 */
function isDeclaredOff(element) {
  for (let at = /** @type {Element | null} */ (element); at; at = parentOf(at)) {
    if (at.getAttribute("data-glasswork") === "off") return true;
  }
  return false;
}

/**
 * Whether a field is secret by what it is: a password, also one that was shown, a one-time code, anything of a card,
 * or characters that are drawn as dots. By what it is called, only the recorder can say (`questionOf`).
 * @param {Element} element
 */
function isSecret(element) {
  if (isMarkedSecret(element)) return true;
  const dotted = isEditable(element) && getComputedStyle(element).getPropertyValue("-webkit-text-security") !== "none";
  if (dotted) rememberSecret(element);
  return dotted;
}

/**
 * `isSecret` without a look at how the field is drawn, which takes the page time.
 * @param {Element} element
 */
function isMarkedSecret(element) {
  if (OnceSecret.has(element)) return true;
  const completes = element.getAttribute("autocomplete");
  const secret =
    element.getAttribute("type")?.toLowerCase() === "password" ||
    (completes !== null && SECRET_COMPLETIONS.test(completes)) ||
    (OnceSecretKeys.size > 0 && OnceSecretKeys.has(keyOf(element)));
  if (secret) rememberSecret(element);
  return secret;
}

/** @param {Element} element */
function rememberSecret(element) {
  OnceSecret.add(element);
  OnceSecretKeys.add(keyOf(element));
}

/** Remember the password fields that are there now: a click may be about to show what is in one. */
function rememberPasswords() {
  for (const field of document.querySelectorAll("input[type=password]")) {
    if (!OnceSecret.has(field)) rememberSecret(field);
  }
}

/**
 * What the recorder judges a field by: everything it is called. "" for what nothing can be typed into or chosen in.
 * @param {Element} element
 * @returns {string}
 */
function questionOf(element) {
  if (!isEditable(element) && element.tagName !== "SELECT") return "";
  const names = ["name", "id", "placeholder", "aria-label", "title"].map((name) => element.getAttribute(name) ?? "");
  return [nameOf(element, roleOf(element)), ...names].filter(Boolean).map((name) => name.slice(0, 200)).join("\n");
}

/**
 * A name that stays the same for the same element, also on the next visit: its id or name, or its place in the page.
 * Numbers are left out of addresses, and ids with numbers are not used: they are those of records, or made anew.
 * @param {Element} element
 * @returns {string}
 */
function keyOf(element) {
  /** @type {string[]} */
  const steps = [];
  for (let at = /** @type {Element | null} */ (element); at && steps.length < 8; at = parentOf(at)) {
    const name = at.id || (at === element ? at.getAttribute("name") : "");
    if (name && !/\d/.test(name)) {
      steps.push(`#${name}`);
      break;
    }
    let place = 0;
    for (let before = at.previousElementSibling; before; before = before.previousElementSibling) {
      if (before.tagName === at.tagName) place += 1;
    }
    steps.push(`${at.tagName}${place}`);
  }
  return `${location.host}${location.pathname.replace(/[^/]*\d[^/]*/g, "*")} ${steps.join("<")}`;
}

/**
 * The box of an element in pixels of the outermost page that can be looked into, [x, y, width, height]; null within a
 * frame of another site, which does not know where it is.
 * @param {Element} element
 * @returns {number[] | null}
 */
function boxOf(element) {
  const offset = frameOffset();
  if (!offset) return null;
  const box = element.getBoundingClientRect();
  return [box.x + offset[0], box.y + offset[1], box.width, box.height].map(Math.round);
}

/** The box that boxes are relative to: the view of the outermost page. */
function viewOf() {
  return frameOffset() && window.top ? [0, 0, window.top.innerWidth, window.top.innerHeight] : null;
}

/**
 * Where this frame lies in the outermost page; null where that page is another site's.
 * @returns {[number, number] | null}
 */
function frameOffset() {
  let [x, y] = [0, 0];
  for (let view = /** @type {Window} */ (window); view !== view.top; view = view.parent) {
    const frame = view.frameElement;
    if (!frame) return null;
    const box = frame.getBoundingClientRect();
    [x, y] = [x + box.x + frame.clientLeft, y + box.y + frame.clientTop];
  }
  return [x, y];
}

/**
 * What the recorder is told of an element. Of a secret one: that it is, and where.
 * @param {Element} element
 * @param {boolean | null} secret
 * @returns {Described}
 */
function describe(element, secret) {
  const role = roleOf(element);
  const told = secret !== true && (NAMED_ROLES.has(role) || CHOICE_ROLES.has(role));
  return {
    role,
    label: told ? nameOf(element, role) : "",
    field: keyOf(element),
    box: boxOf(element),
    view: viewOf(),
    editable: isEditable(element),
    secret,
  };
}

/**
 * What an event within `element` is aimed at: the nearest thing around it that has a use of its own.
 * @param {Element} element
 * @returns {Element}
 */
function usedPart(element) {
  /** @type {Element | null} */
  let first = null;
  for (let at = /** @type {Element | null} */ (element); at; at = parentOf(at)) {
    const role = roleOf(at);
    if (USED_ROLES.has(role)) return at;
    if (at.tagName === "LABEL") {
      const field = /** @type {HTMLLabelElement} */ (at).control;
      if (field) return field;
    }
    if (role && !first) first = at;
  }
  return first ?? element;
}

/** Roles that are used by themselves, rather than being the place where something is. */
var USED_ROLES = new Set(
  ("button cell checkbox columnheader combobox gridcell link listbox listitem menuitem menuitemcheckbox " +
    "menuitemradio option radio row rowheader scrollbar searchbox slider spinbutton switch tab textbox treeitem").split(
    " ",
  ),
);

/**
 * The element under the pointer, in whichever shadow root.
 * @param {MouseEvent} event
 */
function elementUnder(event) {
  let element = /** @type {Element | null} */ (event.composedPath()[0]);
  if (!(element instanceof Element)) return null;
  for (let root = shadowOf(element); root; root = shadowOf(element)) {
    const inside = root.elementFromPoint(event.clientX, event.clientY);
    if (!inside || inside === element) break;
    element = inside;
  }
  return element;
}

/**
 * What is chosen in a list; [""] where something is set that has no name; null where nothing is chosen but typed.
 * @param {Element} element
 */
function choicesIn(element) {
  if (element.tagName === "SELECT") {
    return Array.from(/** @type {HTMLSelectElement} */ (element).selectedOptions, (option) => option.label);
  }
  return ["range", "color"].includes(element.getAttribute("type") ?? "") ? [""] : null;
}
