/**
 * What is done in this page, told to the recorder in small batches. It listens only while the worker says so, only to
 * trusted events, and keeps nothing: a batch is gone when it is sent.
 *
 *    attached ──worker: on──▶ listening ──worker: off──▶ attached ──port closed──▶ gone
 */

/** @typedef {{k: string, at: number, el?: Described, [more: string]: unknown}} Told */
/** @typedef {{told: Told, element: Element | null, question: string}} Waiting */
/**
 * What was found out of an element that is used.
 * @typedef {{element: Element, secret: boolean, question: string, el: Described, editable: boolean,
 *   isUsed: boolean, until: number}} Target
 */

var BATCH_MS = 100;
/** How long what is typed into a field waits for the recorder's word on the field. */
var VERDICT_MS = 250;
/** Events that may wait; of what is beyond, only the number is told. */
var LONGEST_QUEUE = 500;
/** How long what was found out of an element is good for, while the focus stays on it. */
var TARGET_MS = 10_000;

/** @type {Described} */
var OFF_LIMITS = { role: "", label: "", field: "off", box: null, view: null, editable: false, secret: true };

function attach() {
  const port = chrome.runtime.connect({ name: "page" });
  const isTop = window === window.top;
  /** @type {Waiting[]} */
  let queue = [];
  /** Keys as they came; what they were is read when the page has had its turn. */
  /** @type {KeyboardEvent[]} */
  let strokes = [];
  let timer = 0;
  let dropped = 0;
  /** @type {AbortController | null} */
  let listening = null;
  /** What the recorder has said of fields, by what they are called; undefined while it was not asked. */
  /** @type {Map<string, boolean | null>} */
  const verdicts = new Map();
  /** @type {string[]} */
  const asked = [];
  /** @type {WeakSet<Node>} */
  let watched = new WeakSet();
  /** The element that has the keyboard, and what of it the document itself sees. */
  /** @type {{element: Element | null, outer: Element | null}} */
  let focus = { element: null, outer: null };
  /** The secret field that was told of last: one use of it is told once, however much is typed. */
  /** @type {Element | null} */
  let used = null;
  /** Of the element that was used last. */
  /** @type {Target | null} */
  let target = null;
  // It is told of a change before the next key: what was a password for one key stays one.
  const turns = new MutationObserver(() => {
    target = null;
    if (focus.element) isSecret(focus.element);
  });
  const looks = makeLooks((told) => {
    push(told);
    if (told.k !== "dialog") return;
    flush();
    if (!told.number) port.postMessage({ on: true }); // has the worker say anew which page is in front
  });

  port.onMessage.addListener((message) => {
    if ("on" in message) {
      if (message.on) start();
      else stop();
    } else {
      verdicts.set(asked[message.ask] ?? "", message.secret === true);
      target = null;
      flush();
    }
  });
  port.onDisconnect.addListener(() => {
    stop();
    glassworkPage = null;
  });

  function start() {
    if (listening) {
      if (isTop && document.readyState !== "loading") declare();
      return;
    }
    listening = new AbortController();
    const { signal } = listening;
    /** @type {<E extends Event>(target: EventTarget, type: string, handle: (event: E) => void) => void} */
    const on = (target, type, handle) => {
      target.addEventListener(
        type,
        (event) => event.isTrusted && handle(/** @type {any} */ (event)),
        { capture: true, passive: true, signal },
      );
    };
    on(window, "keydown", onKey);
    on(window, "compositionend", onComposed);
    on(window, "mousedown", onMouse);
    on(window, "mouseup", onMouse);
    on(window, "wheel", onWheel);
    for (const type of ["copy", "cut"]) on(window, type, (event) => push({ k: "copy", at: event.timeStamp }));
    on(window, "focus", () => looks.expect(LOOK_SOON_MS));
    on(window, "popstate", () => looks.expect(LOOK_SOON_MS));
    on(window, "pagehide", () => flush(true));
    watched = new WeakSet();
    watch(document);
    onFocus();
    if (!isTop) return;
    if (document.readyState === "loading") on(document, "DOMContentLoaded", declare);
    else declare();
  }

  function stop() {
    listening?.abort();
    listening = null;
    [queue, strokes, dropped] = [[], [], 0];
    [used, target] = [null, null];
    focus = { element: null, outer: null };
    verdicts.clear();
    looks.stop();
    turns.disconnect();
    clearTimeout(timer);
    timer = 0;
  }

  /** Tell the worker whether this page lets itself be recorded. */
  function declare() {
    const off = document.querySelector('meta[name="glasswork"]')?.getAttribute("content") === "off";
    port.postMessage({ on: !off });
    if (off) stop();
    else {
      rememberPasswords();
      looks.expect(LOOK_SOON_MS);
    }
  }

  /**
   * `change` and `submit` do not leave a shadow root, and `focusin` does not where the focus stays within: they are
   * listened for in each that is used.
   * @param {Document | ShadowRoot} root
   */
  function watch(root) {
    if (watched.has(root) || !listening) return;
    watched.add(root);
    const options = { capture: true, passive: true, signal: listening.signal };
    root.addEventListener("change", onChange, options);
    root.addEventListener("submit", onSubmit, options);
    root.addEventListener("focusin", onFocus, options);
  }

  // Batches

  /**
   * @param {Told} told
   * @param {Element | null} [element]
   * @param {string} [question]
   */
  function push(told, element = null, question = "") {
    readKeys();
    if (queue.length >= LONGEST_QUEUE) dropped += 1;
    else queue.push({ told, element, question });
    expectFlush();
  }

  function expectFlush() {
    if (!timer) timer = setTimeout(flush, BATCH_MS);
  }

  /** @param {unknown} [leaving] */
  function flush(leaving) {
    readKeys();
    clearTimeout(timer);
    timer = 0;
    const now = performance.now();
    /** @type {Told[]} */
    const events = [];
    let field = "";
    let read = 0;
    for (const { told, element, question } of queue) {
      const verdict = question ? verdicts.get(question) : false;
      if (typeof verdict !== "boolean" && leaving !== true && now - told.at < VERDICT_MS) {
        expectFlush();
        break;
      }
      read += 1;
      if (element && verdict === true) {
        rememberSecret(element);
        tell(markUse(element, told.at));
      } else if (verdict === false) tell(told);
      else tell({ ...told, text: "", secret: null });
    }
    queue.splice(0, read);
    if (dropped) events.push({ k: "lost", at: now, count: dropped });
    dropped = 0;
    if (events.length) port.postMessage({ sent: Date.now(), now, events });

    /** @param {Told | null} told */
    function tell(told) {
      if (!told) return;
      if (told.el && told.el.field === field) told.el = undefined;
      else if (told.el) field = told.el.field;
      events.push(told);
    }
  }

  // What is used

  /** The element that has the keyboard, in whichever shadow root. */
  function focusedElement() {
    const outer = document.activeElement;
    if (focus.element && focus.outer === outer) return focus.element;
    let element = outer;
    while (element) {
      const root = shadowOf(element);
      if (root) watch(root);
      if (!root?.activeElement) break;
      element = root.activeElement;
    }
    focus = { element, outer };
    return element;
  }

  /** The focus has moved: look what has it, and have the recorder judge it, before anything is typed into it. */
  function onFocus() {
    readKeys();
    const before = focus.element;
    focus = { element: null, outer: null };
    const element = focusedElement();
    if (!element || element === before) return;
    [used, target] = [null, null];
    turns.disconnect();
    turns.observe(element, { attributeFilter: ["type", "autocomplete"] });
    lookUp(element);
  }

  /**
   * Have the recorder judge a field by what it is called, once.
   * @param {string} question
   * @param {Element} element
   */
  function ask(question, element) {
    if (!question || verdicts.has(question)) return;
    verdicts.set(question, null);
    asked.push(question);
    const [type, completes] = ["type", "autocomplete"].map((name) => element.getAttribute(name) ?? "");
    port.postMessage({ ask: asked.length - 1, names: question.split("\n"), type, autocomplete: completes });
  }

  /**
   * The one thing that is told of a secret field; null if it was told already.
   * @param {Element} element
   * @param {number} at
   * @returns {Told | null}
   */
  function markUse(element, at) {
    if (used === element) return null;
    used = element;
    return { k: "used", at, el: isDeclaredOff(element) ? OFF_LIMITS : describe(element, true) };
  }

  /**
   * What is known of an element that is used. It holds for a while as long as the focus stays.
   * @param {Element} element
   * @returns {Target}
   */
  function lookUp(element) {
    const now = performance.now();
    if (target?.element === element && (now < target.until || !element.isConnected)) return target;
    const [off, question] = [isDeclaredOff(element), questionOf(element)];
    if (verdicts.get(question)) rememberSecret(element);
    const secret = off || isSecret(element);
    const [editable, isUsed] = [isEditable(element), USED_ROLES.has(roleOf(element))];
    // Where a key goes to no field, nobody knows what the page makes of it.
    const harmless = secret ? true : question || isUsed ? false : null;
    const el = off ? OFF_LIMITS : describe(element, harmless);
    if (!secret) ask(question, element);
    target = { element, secret, question, el, editable, isUsed, until: now + TARGET_MS };
    return target;
  }

  /**
   * Tell of something that was done with an element, unless it is secret: then only that it was used.
   * @param {Target} known
   * @param {Told} told
   */
  function pushUse({ element, secret, el, question }, told) {
    if (!secret) {
      told.el = el;
      push(told, element, question);
      return;
    }
    const use = markUse(element, told.at);
    if (use) push(use);
  }

  /**
   * The page waits for this, so it does nothing that can be done later.
   * @param {KeyboardEvent} event
   */
  function onKey(event) {
    strokes.push(event);
    if (!timer) expectFlush();
  }

  /** Read the keys that came since the focus moved last. */
  function readKeys() {
    const read = strokes;
    strokes = [];
    for (const event of read) {
      const { key, timeStamp: at, target: aimed } = event;
      if (HOLDS.has(key) || event.isComposing) continue;
      // The focus moved without a word, so it is too late to ask what had it. (Of a shadow root, no aim is left.)
      const late = aimed !== null && aimed !== focus.outer;
      const element = late ? focusedElement() : focus.element;
      if (!element || element.tagName === "IFRAME") continue;
      const known = lookUp(element);
      const { name, held } = strokeOf(event);
      const writes = held < 2 && (name === "char" || (name === "space" && (known.editable || !known.isUsed)));
      const harmless = !writes || (known.editable && !late);
      const text = !harmless ? "" : name === "char" ? key : name === "space" ? " " : "";
      pushUse(known, { k: "key", at, key: name, text, held, secret: harmless ? false : null });
      if (writes) looks.expectIfChanged();
      else looks.expect(LOOK_SOON_MS);
    }
  }

  /** @param {CompositionEvent} event */
  function onComposed(event) {
    const element = focusedElement();
    if (!element || !event.data || !isEditable(element)) return;
    pushUse(lookUp(element), { k: "key", at: event.timeStamp, key: "char", text: event.data, held: 0, secret: false });
    looks.expect(LOOK_LATER_MS);
  }

  /** @param {MouseEvent} event */
  function onMouse(event) {
    const down = event.type === "mousedown";
    const offset = frameOffset() ?? [0, 0];
    /** @type {Told} */
    const told = {
      k: down ? "press" : "release",
      at: event.timeStamp,
      x: event.clientX + offset[0],
      y: event.clientY + offset[1],
      button: BUTTON_NAMES[event.button] ?? "none",
    };
    if (down) {
      rememberPasswords();
      const under = elementUnder(event);
      if (under?.tagName === "IFRAME") return;
      if (under) {
        watch(/** @type {Document | ShadowRoot} */ (under.getRootNode()));
        const part = usedPart(under);
        told.el = isDeclaredOff(under) ? OFF_LIMITS : describe(part, isSecret(part));
      }
    }
    push(told);
    looks.expect(LOOK_SOON_MS);
  }

  /** @param {WheelEvent} event */
  function onWheel(event) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 100 : 3;
    const [dx, dy] = [event.deltaX / unit, event.deltaY / unit];
    const last = queue.at(-1)?.told;
    if (last?.k === "scroll") {
      [last.dx, last.dy] = [/** @type {number} */ (last.dx) + dx, /** @type {number} */ (last.dy) + dy];
    } else {
      push({ k: "scroll", at: event.timeStamp, x: event.clientX, y: event.clientY, dx, dy });
    }
    looks.expect(LOOK_LATER_MS);
  }

  /** @param {Event} event */
  function onChange(event) {
    const element = event.target;
    if (!event.isTrusted || !(element instanceof Element)) return;
    const choices = choicesIn(element);
    if (!choices) return;
    pushUse(lookUp(element), { k: "choose", at: event.timeStamp, text: choices.join("\n").slice(0, LONGEST_NAME) });
    looks.expect(LOOK_SOON_MS);
  }

  /** @param {Event} event */
  function onSubmit(event) {
    // A script that submits makes a trusted event too.
    if (!event.isTrusted || !navigator.userActivation.isActive) return;
    push({ k: "submit", at: event.timeStamp });
  }

  return port;
}

/** @type {chrome.runtime.Port | null} */
var glassworkPage = glassworkPage ?? attach();
// A page that comes back from the back-forward cache has lost its port.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) glassworkPage ??= attach();
});
