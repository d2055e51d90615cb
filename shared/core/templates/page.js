// Keeps the store's page up to date. Everything works without it; it saves reloads, takes the
// signed query out of the address bar, and keeps the session for a reload in the history's entry.
"use strict";

const BUSY = 2_000; // While a sync runs, in milliseconds.
const CALM = 30_000;
const LONGEST = 300_000;
const ASKED = 20_000; // How soon what was asked for may be expected to begin.
const READ = 10_000; // How long the result of an action is shown.

let session = null;
let etag = null;
let failures = 0;
let asked = Date.now() + ASKED; // An opening may ask for syncs as well.
let saidAt = Date.now();
let timer = 0;
let sending = false;

const main = () => document.getElementById("main");
const address = () => new URL("store", location.href).href;
// Responses of a proxy or gateway, and server errors, are not pages to show.
const isPage = ({ status, headers }) =>
  [200, 400, 401, 405].includes(status) && (headers.get("content-type") ?? "").startsWith("text/html");

/** Moves the session from the page into the history entry, under an address without parameters. */
function keepSession() {
  const field = document.querySelector("input[name=session]");
  session = field ? field.value : null;
  if (session) history.replaceState({ session }, "", address());
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
  if (!next.getElementById("main")) throw new Error("This is no page of ours.");
  const focused = document.activeElement && document.activeElement.id;
  const [said, news] = [document.getElementById("said"), next.getElementById("said")];
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
  if (words) live().textContent = words;
  if (news) saidAt = Date.now();
  else if (said && Date.now() - saidAt < READ) document.querySelector(".head")?.after(said);
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

/** Reports a failed action; the page stays and can retry. */
function sayFailed() {
  const text = main().dataset.failed;
  document.getElementById("said")?.remove();
  const said = Object.assign(document.createElement("p"), { id: "said", className: "said care" });
  live().textContent = said.textContent = text;
  document.querySelector(".head")?.after(said);
  saidAt = Date.now();
}

/** Polls for changes. */
async function look() {
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
      throw new Error("There was no page.");
    }
    failures = 0;
  } catch {
    failures += 1;
  }
  wait();
}

function wait() {
  clearTimeout(timer);
  if (!session) return;
  const isBusy = "running" in main().dataset || Date.now() < asked;
  timer = setTimeout(look, Math.min((isBusy ? BUSY : CALM) * 2 ** failures, LONGEST));
}

/** Sends a form without leaving the page. */
async function send(form) {
  if (sending) return;
  sending = true;
  form.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(address(), { method: "POST", body });
    if (!isPage(answer)) throw new Error("There was no page.");
    const html = await answer.text();
    show(html, unsent(form));
    etag = answer.headers.get("etag");
    asked = Date.now() + ASKED;
  } catch {
    sayFailed();
  } finally {
    form.removeAttribute("aria-busy");
    sending = false;
  }
  wait();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
document.addEventListener("visibilitychange", look);

keepSession();
if (session) {
  wait();
} else if (history.state?.session) {
  ({ session } = history.state);
  look();
}
