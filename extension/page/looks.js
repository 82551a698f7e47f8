/** When the Screen is taken: soon after what is done in the page, and after typing only if the page has changed. */

var LOOK_SOON_MS = 150;
var LOOK_LATER_MS = 1000;

/**
 * @param {(told: Told) => void} tell Is told of a Screen that is another one, and of dialogs.
 */
function makeLooks(tell) {
  let [screen, dialog] = [0, 0];
  let [timer, idle, due] = [0, 0, Infinity];
  /** Whether the page has changed since the last look, and whether it is to be looked at when it does. */
  let [changed, awaited] = [false, false];
  // It tells of one change, and of no more until the next look: a page may change all the time by itself.
  const changes = new MutationObserver(() => {
    changes.disconnect();
    changed = true;
    if (awaited) expect(LOOK_LATER_MS);
  });

  /** @param {number} wait Milliseconds. */
  function expect(wait) {
    const at = performance.now() + wait;
    if (window !== window.top || at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(() => (idle = requestIdleCallback(look, { timeout: 200 })), wait);
  }

  /** Something was typed, which by itself changes nothing that a look would see. */
  function expectIfChanged() {
    if (changed) expect(LOOK_LATER_MS);
    else awaited = true;
  }

  function look() {
    const soon = due;
    due = Infinity;
    if (!document.hasFocus()) return;
    const at = performance.now();
    [changed, awaited] = [false, false];
    changes.observe(document, { subtree: true, childList: true, attributes: true });
    const taken = takeScreen();
    const open = taken.dialog ? (fingerprint(keyOf(taken.dialog)) >>> 8) | 1 : 0;
    if (open !== dialog) {
      dialog = open;
      tell({ k: "dialog", at, role: taken.dialog ? roleOf(taken.dialog) : "", number: open });
    }
    const before = screen;
    screen = fingerprint(taken.nodes);
    if (screen === before) return;
    tell({ k: "tree", at, nodes: taken.nodes, view: taken.view });
    if (at - soon < LOOK_LATER_MS) expect(LOOK_LATER_MS); // what has begun to change may go on
  }

  function stop() {
    clearTimeout(timer);
    cancelIdleCallback(idle);
    changes.disconnect();
    [screen, dialog, due, changed, awaited] = [0, 0, Infinity, false, false];
  }

  return { expect, expectIfChanged, stop };
}
