/**
 * What an element is (its ARIA role) and what it is called (its accessible name).
 *
 * The scripts in this folder share one scope, in a world of the extension's own that the page cannot see. They may be
 * run twice in a page, hence `var`.
 */

/** ARIA roles that the recorder knows; the words are those of `schema/words.py`. */
var KNOWN_ROLES = new Set(
  ("alert alertdialog application button cell checkbox columnheader combobox dialog document form grid gridcell " +
    "group heading img link list listbox listitem menu menubar menuitem menuitemcheckbox menuitemradio option " +
    "progressbar radio region row rowheader scrollbar searchbox separator slider spinbutton status switch tab table " +
    "tablist tabpanel textbox toolbar tooltip tree treeitem").split(" "),
);

/** Roles that ARIA knows besides, in the recorder's words. */
/** @type {Record<string, string>} */
var OTHER_ROLES = {
  article: "region", banner: "region", complementary: "region", contentinfo: "region", main: "region",
  navigation: "region", search: "region", radiogroup: "group", feed: "list", log: "region", meter: "progressbar",
  presentation: "", none: "",
};

/** @type {Record<string, string>} */
var TAG_ROLES = {
  ARTICLE: "region", ASIDE: "region", BUTTON: "button", DETAILS: "group", DIALOG: "dialog", FIELDSET: "group",
  FORM: "form", H1: "heading", H2: "heading", H3: "heading", H4: "heading", H5: "heading", H6: "heading",
  HR: "separator", IFRAME: "document", IMG: "img", LI: "listitem", MAIN: "region", METER: "progressbar",
  NAV: "region", OL: "list", OPTION: "option", OUTPUT: "status", PROGRESS: "progressbar", SUMMARY: "button",
  TABLE: "table", TD: "cell", TEXTAREA: "textbox", TR: "row", UL: "list",
};

/** @type {Record<string, string>} */
var INPUT_ROLES = {
  button: "button", checkbox: "checkbox", color: "button", file: "button", hidden: "", image: "button",
  number: "spinbutton", radio: "radio", range: "slider", reset: "button", search: "searchbox", submit: "button",
};

/** Roles whose name is a part of the interface more often than content. Of the others, no name is sent. */
var NAMED_ROLES = new Set(
  ("alertdialog button checkbox columnheader combobox dialog form group heading link listbox menu menubar menuitem " +
    "menuitemcheckbox menuitemradio radio region searchbox slider spinbutton switch tab tablist tabpanel textbox " +
    "toolbar tooltip").split(" "),
);

/** Roles of which one is chosen among several (`device/choices.py`): equal choices get equal slots. */
var CHOICE_ROLES = new Set(["option", "listitem", "treeitem", "menuitemradio", "radio"]);

/** Roles that are called what is written in them. */
var CALLED_BY_TEXT = new Set(
  ("button checkbox columnheader heading link menuitem menuitemcheckbox menuitemradio option radio switch tab " +
    "treeitem listitem tooltip").split(" "),
);

/** Characters of a name that are looked at. What is longer is no label. */
var LONGEST_NAME = 120;

/**
 * The role of an element in the recorder's words; "" where it has none.
 * @param {Element} element
 * @returns {string}
 */
function roleOf(element) {
  const said = element.getAttribute("role");
  if (said) {
    for (const word of said.toLowerCase().split(/\s+/)) {
      if (KNOWN_ROLES.has(word)) return word;
      const other = OTHER_ROLES[word];
      if (other !== undefined) return other;
    }
  }
  switch (element.tagName) {
    case "INPUT": {
      const input = /** @type {HTMLInputElement} */ (element);
      return INPUT_ROLES[input.type] ?? (input.list ? "combobox" : "textbox");
    }
    case "SELECT": {
      const select = /** @type {HTMLSelectElement} */ (element);
      return select.multiple || select.size > 1 ? "listbox" : "combobox";
    }
    case "A":
    case "AREA":
      return element.hasAttribute("href") ? "link" : "";
    case "TH":
      return element.getAttribute("scope") === "row" ? "rowheader" : "columnheader";
    case "SECTION":
      return element.hasAttribute("aria-label") || element.hasAttribute("aria-labelledby") ? "region" : "";
    default:
      return TAG_ROLES[element.tagName] ?? (isEditingHost(element) ? "textbox" : "");
  }
}

/**
 * Whether text can be typed into an element.
 * @param {Element} element
 */
function isEditable(element) {
  if (element.tagName === "INPUT") return !(/** @type {HTMLInputElement} */ (element).type in INPUT_ROLES) ||
    ["textbox", "searchbox", "spinbutton"].includes(INPUT_ROLES[/** @type {HTMLInputElement} */ (element).type] ?? "");
  return element.tagName === "TEXTAREA" || isEditingHost(element);
}

/** @param {Element} element */
function isEditingHost(element) {
  const said = element.getAttribute("contenteditable");
  return said !== null && said !== "false";
}

/**
 * The accessible name, after the first steps of the W3C's computation: what it is labelled by, what it is called, its
 * label or alternative text, what is written in it, its title, its placeholder. Never its value, but a button's.
 * @param {Element} element
 * @param {string} role
 * @returns {string}
 */
function nameOf(element, role) {
  const name =
    byIds(element, element.getAttribute("aria-labelledby")) ||
    element.getAttribute("aria-label") ||
    nativeName(element, role) ||
    element.getAttribute("title") ||
    element.getAttribute("placeholder") ||
    "";
  return name.slice(0, 4 * LONGEST_NAME).replace(/\s+/g, " ").trim().slice(0, LONGEST_NAME);
}

/**
 * @param {Element} element
 * @param {string | null} ids
 */
function byIds(element, ids) {
  if (!ids) return "";
  const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
  return ids.split(/\s+/).map((id) => textOf(root.getElementById?.(id))).join(" ").trim();
}

/**
 * @param {Element} element
 * @param {string} role
 * @returns {string}
 */
function nativeName(element, role) {
  switch (element.tagName) {
    case "INPUT": {
      const input = /** @type {HTMLInputElement} */ (element);
      if (["submit", "button", "reset"].includes(input.type)) return input.value || input.type;
      if (input.type === "image") return input.alt;
      return labelsOf(input);
    }
    case "SELECT":
    case "TEXTAREA":
      return labelsOf(/** @type {HTMLSelectElement | HTMLTextAreaElement} */ (element));
    case "IMG":
      return /** @type {HTMLImageElement} */ (element).alt;
    case "FIELDSET":
      return textOf(element.querySelector(":scope > legend"));
    case "DIALOG":
      return textOf(element.querySelector("h1, h2, h3"));
    default:
      if (!CALLED_BY_TEXT.has(role)) return "";
      return textOf(element) || element.querySelector("img[alt]")?.getAttribute("alt") || "";
  }
}

/** @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} field */
function labelsOf(field) {
  return Array.from(field.labels ?? [], (label) => textOf(label)).join(" ");
}

/**
 * The text in an element, without what is in its fields.
 * @param {Element | null | undefined} element
 * @returns {string}
 */
function textOf(element) {
  if (!element) return "";
  let text = "";
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node.nodeType === Node.ELEMENT_NODE && /^(SELECT|TEXTAREA|SCRIPT|STYLE|TEMPLATE)$/.test(node.nodeName)
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  while (text.length < LONGEST_NAME && texts.nextNode()) {
    if (texts.currentNode.nodeType === Node.TEXT_NODE) text += texts.currentNode.nodeValue;
  }
  return text;
}
