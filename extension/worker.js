/**
 * Between the pages and the recorder: it puts the scripts of `page/` into pages of listed sites, and only while a
 * recorder records; it passes on what they tell, and which page is in front. It keeps nothing of either.
 *
 * The list of sites is the recorder's. An empty one means that nothing is recorded now. Who says which page a message
 * is from is the browser (`port.sender`), not the page.
 */

import { listed, patterns } from "./sites.js";

/**
 * A page or frame that scripts were put into. `open`: it lets itself be recorded; null while it has not said so.
 * @typedef {{port: chrome.runtime.Port, tab: number, top: boolean, site: string, open: boolean | null}} Page
 */

const RECORDER = "org.glasswork.recorder";
const SCRIPTS = ["page/roles.js", "page/fields.js", "page/keys.js", "page/screen.js", "page/looks.js", "page/page.js"];
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** @type {chrome.runtime.Port | null} */
let recorder = null;
/** @type {string[]} */
let sites = [];
/** @type {Map<number, Page>} */
const pages = new Map();
let lastPage = 0;
let asking = 0;
let wait = FIRST_WAIT_MS;
let nextTry = 0;

// The recorder

/** Connect, unless it was tried a short time ago. While nobody records, only what happens in the browser wakes us. */
function connect() {
  if (recorder || Date.now() < nextTry) return;
  nextTry = Date.now() + wait;
  setTimeout(connect, wait + 10);
  wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  const port = chrome.runtime.connectNative(RECORDER);
  recorder = port;
  port.onMessage.addListener(hear);
  port.onDisconnect.addListener(() => {
    void chrome.runtime.lastError; // why is of no interest, and reading it keeps it out of the console
    if (recorder !== port) return;
    recorder = null;
    list([]);
    setTimeout(connect, Math.max(0, nextTry - Date.now()) + 10);
  });
}

/** @param {any} message */
function hear(message) {
  wait = FIRST_WAIT_MS;
  if (message.t === "sites") list(message.sites);
  else if (message.t === "front") tellFront();
  else if (message.t === "verdict") {
    pages.get(message.page)?.port.postMessage({ ask: message.ask, secret: message.secret });
  }
}

/** @param {object} message */
function tell(message) {
  recorder?.postMessage(message);
}

/**
 * The recorder records these sites from now on; none of them: it does not record.
 * @param {string[]} names
 */
async function list(names) {
  sites = names;
  for (const page of pages.values()) {
    page.open = null;
    page.port.postMessage({ on: listed(page.site && `http://${page.site}`, sites) !== "" });
  }
  if (!sites.length) tell({ t: "stopped" });
  await chrome.scripting.unregisterContentScripts();
  if (names !== sites || !sites.length) return;
  await chrome.scripting.registerContentScripts([
    {
      id: "page",
      js: SCRIPTS,
      matches: patterns(sites),
      allFrames: true,
      matchOriginAsFallback: true,
      persistAcrossSessions: false,
      runAt: "document_start",
    },
  ]);
  const tabs = await chrome.tabs.query({ url: patterns(sites), discarded: false });
  await Promise.all(tabs.map(({ id }) => id !== undefined && !top(id) && inject(id)));
  tellFront();
}

/**
 * Put the scripts into a page that was there before they were registered.
 * @param {number} tabId
 */
function inject(tabId) {
  const target = { tabId, allFrames: true };
  // A page that does not take them stays without, and counts as not listed.
  return chrome.scripting.executeScript({ target, files: SCRIPTS, injectImmediately: true }).catch(() => {});
}

// The pages

chrome.runtime.onConnect.addListener((port) => {
  const { tab, origin, frameId, url } = port.sender ?? {};
  const site = listed(tab?.url, sites);
  if (tab?.id === undefined || !site || !listed(origin ?? url, sites)) {
    port.disconnect();
    return;
  }
  const number = (lastPage += 1);
  /** @type {Page} */
  const page = { port, tab: tab.id, top: frameId === 0, site, open: null };
  pages.set(number, page);
  port.onMessage.addListener((message) => {
    if ("on" in message) {
      page.open = message.on;
      if (page.top) tellFront();
    } else if (message.events) {
      if (top(page.tab)?.open) {
        tell({ t: "page", page: number, frame: origin ? new URL(origin).host : "", site: page.site, ...message });
      }
    } else tell({ t: "ask", page: number, ...message });
  });
  port.onDisconnect.addListener(() => {
    void chrome.runtime.lastError;
    pages.delete(number);
    if (page.top && page.open) tell({ t: "gone" });
  });
  port.postMessage({ on: true });
});

/** @param {number} tab */
function top(tab) {
  for (const page of pages.values()) if (page.tab === tab && page.top) return page;
  return undefined;
}

// What is in front

/** Tell which page is in front: its site and title if it is listed and lets itself be recorded, else that it is not. */
async function tellFront() {
  if (!recorder || !sites.length) return;
  const number = (asking += 1);
  const window = await chrome.windows.getLastFocused().catch(() => null);
  const [tab] = window?.id === undefined ? [] : await chrome.tabs.query({ active: true, windowId: window.id });
  if (number !== asking || !sites.length) return; // something has changed meanwhile, and is being told
  const site = listed(tab?.url, sites);
  const page = top(tab?.id ?? -1);
  if (site && (page ? page.open === null : tab?.status === "loading")) return; // it will speak up
  const open = site !== "" && page?.open === true;
  tell({
    t: "front",
    focused: window?.focused === true,
    site: open ? site : "",
    title: open ? (tab?.title ?? "").slice(0, 300) : "",
    sent: Date.now(),
  });
}

function changed() {
  connect();
  tellFront();
}

chrome.tabs.onActivated.addListener(changed);
chrome.tabs.onUpdated.addListener((tab, change) => {
  if (change.url ?? change.title ?? change.status) changed();
});
chrome.windows.onFocusChanged.addListener(changed);
chrome.runtime.onStartup.addListener(connect);
chrome.runtime.onInstalled.addListener(connect);
connect();
