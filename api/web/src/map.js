/** Script of the page /map: the address is the state; the map, the list and the filters follow it. */
import { readPoints } from "./map-feed.js";
import { addButtons, takeOver } from "./map-list.js";

const element = document.getElementById("map");
const state = document.getElementById("map-state");
const options = JSON.parse(element.dataset.map);
const text = options.text;
const PAUSE = 300;

let view = null;
let shown = null;
let asked = null;
let timer = 0;

const say = (message) => {
  state.textContent = message;
};
const queryOf = (address) => new URL(address, location.href).searchParams;
const feedOf = (query) => [...query].filter(([name]) => !["bbox", "lang", "cursor"].includes(name)).join("&");

/** Makes the page what its address says: the list, and the points where filters changed. */
async function follow({ frame }) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const list = document.getElementById("list");
  list.classList.add("waiting");
  try {
    const told = await takeOver(location.pathname + location.search, signal);
    Object.assign(options, { frame: told.frame, profiles: told.profiles });
    if (told.address) history.replaceState(null, "", told.address);
    addButtons(text, showOne);
    if (frame) view?.frame(options.frame);
    await points(signal);
  } catch (error) {
    if (error.name !== "AbortError") say(text.feed);
  } finally {
    document.getElementById("list").classList.remove("waiting");
  }
}

/** Reads the points of the address, unless they are shown. */
async function points(signal) {
  const query = queryOf(location.href);
  if (!view || feedOf(query) === shown) return;
  const found = await readPoints(query, options, signal);
  view.show(found.features);
  shown = feedOf(query);
  say(found.total > found.features.length ? text.most.replace("{n}", found.features.length) : "");
}

/** Goes to another address of this page. */
function go(address, { push }) {
  const before = location.search;
  history[push ? "pushState" : "replaceState"](null, "", address);
  if (location.search !== before) follow({ frame: push });
}

function moved(frame) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const query = queryOf(location.href);
    query.delete("cursor");
    query.delete("bbox");
    if (frame) query.append("bbox", frame);
    go(addressOf(query) + location.hash, { push: false });
  }, PAUSE);
}

function opened(key) {
  history.replaceState(null, "", `${location.pathname}${location.search}${key ? `#${key}` : ""}`);
}

function showOne(key) {
  view?.open(key, { move: true });
}

// Commas and slashes stay as they are: an address is there to be read.
const addressOf = (query) => `${location.pathname}${query.size ? `?${String(query).replaceAll("%2C", ",").replaceAll("%2F", "/")}` : ""}`;

/** Returns the address that a form asks for: in the frame that is seen, unless another territory is asked for. */
function formAddress(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => value && name !== "bbox");
  const query = queryOf(location.href);
  const territories = (pairs) => String(pairs.filter(([name]) => name === "territory"));
  const box = territories(fields) === territories([...query]) ? query.get("bbox") : null;
  return addressOf(new URLSearchParams(box ? [...fields, ["bbox", box]] : fields));
}

document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (form?.closest("details.map-filters") && target.type !== "search") go(formAddress(form), { push: true });
});
document.addEventListener("submit", (event) => {
  if (!event.target.closest("details.map-filters")) return;
  event.preventDefault();
  go(formAddress(event.target), { push: true });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!plain || event.defaultPrevented || !link?.closest("#list, #chips, .map-parts, details.map-filters")) return;
  const address = new URL(link.href);
  if (address.origin !== location.origin || address.pathname !== location.pathname || address.hash) return;
  event.preventDefault();
  go(address.pathname + address.search, { push: true });
});
window.addEventListener("popstate", () => follow({ frame: true }));

async function start() {
  say(text.loading);
  const { makeView } = await import("./map-view.js");
  const drawing = element.querySelector("svg");
  try {
    view = await makeView(element, options, { moved, opened, failed: () => say(text.tiles) });
  } catch {
    say(text.failed);
    return;
  }
  drawing?.remove();
  addButtons(text, showOne);
  say("");
  try {
    await points(undefined);
  } catch {
    say(text.feed);
    return;
  }
  element.dataset.ready = "true";
  if (location.hash.length > 1) view.open(decodeURIComponent(location.hash.slice(1)));
}

start();
