/** The list and the filters beside the map: taken from the page of an address, as the server writes it. */

const PARTS = ["#list", "#chips", "details.map-filters form", ".map-parts", ".languages", ".map-credit"];

/**
 * Puts what the page of an address says into this page.
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<Object>} what that page tells its script
 */
export async function takeOver(address, signal) {
  const response = await fetch(address, { signal, headers: { accept: "text/html" } });
  if (!response.ok) throw new Error(`the page answered ${response.status}`);
  const found = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const selector of PARTS) {
    const [former, next] = [document.querySelector(selector), found.querySelector(selector)];
    if (former && next) replace(former, document.importNode(next, true));
  }
  document.title = found.title;
  // A territory that was typed by its name has become a code.
  return { ...JSON.parse(found.getElementById("map").dataset.map), address: response.redirected ? response.url : null };
}

/** Replaces an element by its successor; what was unfolded stays so, and the focus stays where it was. */
function replace(former, next) {
  const open = new Set([...former.querySelectorAll("details[open]")].map(named));
  for (const one of next.querySelectorAll("details")) one.open ||= open.has(named(one));
  const focused = former.contains(document.activeElement) ? document.activeElement : null;
  former.replaceWith(next);
  if (focused) alike(focused, next)?.focus({ preventScroll: true });
}

const named = (details) => `${details.className} ${details.querySelector("summary")?.textContent.replace(/[\d\s]+/g, " ") ?? ""}`;

function alike(element, where) {
  if (where.id && element.id === where.id) return where;
  if (element.id) return where.querySelector(`#${CSS.escape(element.id)}`);
  const same = (one) => one.name === element.name && one.value === element.value && one.textContent === element.textContent;
  return [...where.querySelectorAll(element.tagName)].find(same) ?? (where.tabIndex >= -1 && where.id === "list" ? where : null);
}

/** Returns the drawing on such a button. */
function target() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14zM12 1v6M12 17v6M1 12h6M17 12h6");
  svg.append(path);
  return svg;
}

/** Gives each structure of the list that has a place a button that shows it. */
export function addButtons(text, show) {
  for (const item of document.querySelectorAll("#list li[data-lon]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.append(target());
    button.title = text.here;
    button.setAttribute("aria-label", `${text.here} : ${item.querySelector("bdi").textContent}`);
    button.addEventListener("click", () => show(item.dataset.key));
    item.append(button);
  }
}
