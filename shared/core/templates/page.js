// Keeps the store's page up to date. The page works without it; the script saves reloads, removes
// the signed query from the address bar, and keeps the session in the history entry for reloads.
"use strict";

// All times are in milliseconds.
const BUSY_INTERVAL = 2_000; // While a sync is in progress.
const IDLE_INTERVAL = 30_000;
const MAX_INTERVAL = 300_000;
const START_WITHIN = 20_000; // Expected time until a requested sync starts.
const RESULT_SHOWN = 10_000; // Minimum display time of the result of an action.
const SPOKEN_AFTER = 100; // A screen reader reads what changes in a region it knows.

let session = null;
let etag = null;
let failures = 0;
let busyUntil = Date.now() + START_WITHIN; // Opening the app can request syncs.
let saidAt = Date.now();
let timer = 0;
let sending = false;
let speaking = 0;

const main = () => document.getElementById("main");
const address = () => new URL("store", location.href).href;
// Responses of a proxy or gateway, and server errors, are not pages to show.
const isPage = ({ status, headers }) =>
  [200, 400, 401, 405].includes(status) && (headers.get("content-type") ?? "").startsWith("text/html");

/**
 * Moves the session from the page into the history entry, under an address without credentials: the
 * proof in it only lets the shop's own domain frame a reload.
 */
function keepSession() {
  const field = document.querySelector("input[name=session]");
  session = field ? field.value : null;
  const proof = main().dataset.frame;
  const kept = proof ? `${address()}?frame=${proof}` : address();
  if (session) history.replaceState({ session }, "", kept);
}

/** Unsent input and open details, except in the submitted form. */
function unsent(sent = null) {
  const controls = [...main().querySelectorAll("select, input:not([type=hidden])")];
  const isChanged = (control) =>
    control.type === "checkbox"
      ? control.checked !== control.defaultChecked
      : [...control.options].some((option) => option.selected !== option.defaultSelected);
  const kept = controls.filter((control) => control.form !== sent && isChanged(control));
  const changed = kept.map(({ id, value, checked }) => ({ id, value, checked }));
  const details = [...main().querySelectorAll("details[open]")];
  const opened = details.filter((part) => !part.contains(sent)).map(({ id }) => id);
  return { changed, opened };
}

/** Replaces the page, keeping focus and unsent input. */
function show(html, kept) {
  const next = new DOMParser().parseFromString(html, "text/html");
  if (!next.getElementById("main")) throw new Error("The answer is not a page.");
  const focused = document.activeElement && document.activeElement.id;
  const [said, news] = [document.getElementById("said"), next.getElementById("said")];
  news?.removeAttribute("role"); // The live region says it.
  const before = main().dataset.announce;
  document.documentElement.lang = next.documentElement.lang;
  document.title = next.title;
  for (const part of ["bar", "main"]) {
    const fresh = next.getElementById(part);
    if (fresh) document.getElementById(part)?.replaceWith(fresh);
  }
  for (const { id, value, checked } of kept.changed) {
    const control = document.getElementById(id);
    if (control) Object.assign(control, control.type === "checkbox" ? { checked } : { value });
  }
  for (const id of kept.opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) (document.getElementById(focused) ?? main()).focus({ preventScroll: true });
  const after = main().dataset.announce ?? document.querySelector("h1")?.textContent;
  const words = news?.textContent ?? (after === before ? "" : after);
  if (words) announce(words);
  if (news) saidAt = Date.now();
  else if (said && Date.now() - saidAt < RESULT_SHOWN) document.querySelector(".head")?.after(said);
  keepSession();
}

/** The live region, which stays while the rest is replaced. */
function live() {
  let place = document.getElementById("live");
  if (!place) {
    place = Object.assign(document.createElement("p"), { id: "live", className: "unseen" });
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  return place;
}

/** Has a screen reader read the words, even if they are the region's first or its last once more. */
function announce(words) {
  const place = live();
  place.textContent = "";
  clearTimeout(speaking);
  speaking = setTimeout(() => { place.textContent = words; }, SPOKEN_AFTER);
}

/** Shows that an action failed; the page remains usable. */
function showFailure() {
  const text = main().dataset.failed;
  document.getElementById("said")?.remove();
  const said = Object.assign(document.createElement("p"), { id: "said", className: "said care" });
  said.textContent = text;
  announce(text);
  document.querySelector(".head")?.after(said);
  saidAt = Date.now();
}

/** Polls for changes. */
async function poll() {
  clearTimeout(timer);
  if (!session || document.hidden || sending) return;
  const headers = { authorization: `Bearer ${session}`, ...(etag && { "if-none-match": etag }) };
  try {
    const answer = await fetch(address(), { headers, cache: "no-store" });
    if (sending) return;
    if (isPage(answer)) {
      const html = await answer.text();
      if (sending) return;
      show(html, unsent());
      etag = answer.headers.get("etag");
    } else if (answer.status !== 304) {
      throw new Error("The answer is not a page.");
    }
    failures = 0;
  } catch {
    failures += 1;
  }
  schedulePoll();
}

function schedulePoll() {
  clearTimeout(timer);
  if (!session) return;
  const isBusy = "running" in main().dataset || Date.now() < busyUntil;
  const interval = (isBusy ? BUSY_INTERVAL : IDLE_INTERVAL) * 2 ** failures;
  timer = setTimeout(poll, Math.min(interval, MAX_INTERVAL));
}

/** Sends a form without leaving the page. */
async function send(form) {
  if (sending) return;
  sending = true;
  form.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(address(), { method: "POST", body });
    if (!isPage(answer)) throw new Error("The answer is not a page.");
    const html = await answer.text();
    show(html, unsent(form));
    etag = answer.headers.get("etag");
    busyUntil = Date.now() + START_WITHIN;
  } catch {
    showFailure();
  } finally {
    form.removeAttribute("aria-busy");
    sending = false;
  }
  schedulePoll();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
document.addEventListener("visibilitychange", poll);

live(); // Empty, before it has anything to say.
keepSession();
if (session) {
  schedulePoll();
} else if (history.state?.session) {
  ({ session } = history.state);
  poll();
}
