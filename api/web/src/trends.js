/**
 * Script of the page /trends: above each table that has something to draw, a chart of what the table says.
 *
 * A chart is read off its table, so that both say the same, and drawn when it comes near the window.
 */
const MOST_BARS = 25;

/** Returns what a table says of what is known well enough, in the words of the page. */
function rowsOf(section) {
  return [...section.querySelectorAll("tbody tr[data-value]")].map((row, at) => {
    const label = row.querySelector("th").textContent.trim();
    const group = row.querySelector("[data-group]")?.textContent.trim() ?? "";
    const [n, base, written] = [...row.querySelectorAll("td.n")].map((one) => one.textContent.trim());
    const told = `${group ? `${group}, ` : ""}${label} : ${written} (${n} / ${base})`;
    return { key: String(at), label, group, value: Number(row.dataset.value), written, told };
  });
}

/** Draws the chart of a question; says at the table that it is there. */
function draw(charts, element) {
  const section = element.closest("section");
  const all = rowsOf(section);
  const kind = section.dataset.kind;
  element.hidden = false;
  const title = `${element.dataset.title} (${element.dataset.unit})`;
  const description = all.slice(0, 5).map((row) => row.told).join(" · ");
  if (kind === "matrix") {
    const rows = all.map((row) => ({ ...row, x: row.group, y: row.label }));
    charts.drawShades(element, { rows, most: 100, title, description });
  } else {
    const rows = all.slice(0, MOST_BARS);
    const most = kind === "density" ? Math.max(...rows.map((row) => row.value)) || 1 : 100;
    charts.drawBars(element, { rows, most, title, description });
  }
  const caption = document.createElement("p");
  caption.className = "small";
  const cut = kind !== "matrix" && all.length > MOST_BARS;
  caption.textContent = cut ? `${element.dataset.unit} · ${element.dataset.cut}` : element.dataset.unit;
  element.append(caption);
  section.classList.add("drawn");
}

/** Draws charts as they come near, again when their width changes, and all of them before the page is printed. */
async function begin(elements) {
  const widths = new Map();
  let charts = null;
  const drawn = async (element) => {
    charts ??= await import("./charts.js");
    element.hidden = false;
    widths.set(element, element.clientWidth);
    draw(charts, element);
  };
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        drawn(target.querySelector(".chart")).catch(() => target.classList.remove("drawn"));
      }
    },
    { rootMargin: "400px" },
  );
  for (const element of elements) near.observe(element.closest("section"));
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const [element, width] of widths) {
        if (element.clientWidth !== width) drawn(element);
      }
    }, 150);
  });
  window.addEventListener("beforeprint", () => {
    if (charts) elements.filter((element) => !widths.has(element)).forEach((element) => drawn(element));
  });
}

const elements = [...document.querySelectorAll(".trend .chart")];
if (elements.length) begin(elements);

// The départements on offer are those of the région: choosing another one takes the choice of the département back.
const region = document.getElementById("region");
const departement = document.getElementById("departement");
region?.addEventListener("change", () => {
  departement.value = "";
});
