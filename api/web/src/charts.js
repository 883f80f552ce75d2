/**
 * Charts as SVG, by Observable Plot: loaded on demand (`await import("./charts.js")`), drawn at the width there is.
 *
 * Colours are custom properties of style sheets (`charts.css`), so that a chart follows the scheme of the page. Plot puts
 * a style element into what it draws, which the policy of the pages forbids: it is taken out, its rules are in
 * `charts.css`. A chart is one image with a name and a description; what it shows stands in a table besides.
 */
import { axisX, axisY, barX, cell, dot, gridX, gridY, lineY, plot, text } from "@observablehq/plot";

const COLOURS = [1, 2, 3, 4, 5, 6].map((n) => `var(--chart-${n})`);
const NARROW = 560;
const SIZE = 13;

/** Puts a figure of Plot into `element`, in the place of what was there. */
function put(element, figure, title, description) {
  figure.querySelectorAll("style").forEach((style) => style.remove());
  // A group has no role, so no name either; what the image says is said once, for all of it.
  figure.querySelectorAll("g[aria-label]").forEach((group) => group.removeAttribute("aria-label"));
  figure.setAttribute("role", "img");
  figure.setAttribute("aria-label", title);
  figure.removeAttribute("aria-description");
  if (description) {
    const words = document.createElementNS("http://www.w3.org/2000/svg", "desc");
    words.id = `chart-${Math.random().toString(36).slice(2)}`;
    words.textContent = description;
    figure.prepend(words);
    figure.setAttribute("aria-describedby", words.id);
  }
  element.replaceChildren(figure);
  return figure;
}

/** Returns what tells how wide a text is in the font of `element`. */
function measureOf(element) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${SIZE}px ${getComputedStyle(element).fontFamily}`;
  return (words) => pen.measureText(words).width;
}

/** Returns `label` in lines that are no wider than `most`, but for a word that is. */
function inLines(label, most, measure) {
  const lines = [""];
  for (const word of label.split(/\s+/)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.at(-1) && measure(longer) > most) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Returns names of rows in lines, how many lines the longest has, and how wide they are. */
function named(labels, most, measure) {
  const names = new Map(labels.map((label) => [label, inLines(label, most, measure)]));
  const all = [...names.values()];
  const deepest = Math.max(1, ...all.map((lines) => lines.length));
  const widest = Math.max(0, ...all.flat().map(measure));
  return { names, deepest, widest: Math.ceil(widest) };
}

/**
 * Draws bars that lie, each with its name and its value in words.
 *
 * @param {Element} element where to
 * @param {{rows: {key: string, label: string, value: number, written: string, told: string}[], most: number,
 *   title: string, description: string}} options `most` is the value of a whole bar
 */
export function drawBars(element, { rows, most, title, description }) {
  const width = Math.max(280, Math.floor(element.clientWidth));
  const narrow = width < NARROW;
  const measure = measureOf(element);
  const right = 14 + Math.max(...rows.map((row) => measure(row.written)));
  const { names, deepest, widest } = named(rows.map((row) => row.label), narrow ? width : width * 0.3, measure);
  const step = narrow ? 20 + 16 * deepest : Math.max(29, 12 + 15 * deepest);
  const left = narrow ? 0 : widest + 14;
  const bar = { y: "key", insetTop: narrow ? step - 17 : (step - 13) / 2, insetBottom: narrow ? 4 : (step - 13) / 2 };
  const figure = plot({
    className: "plot",
    width,
    height: step * rows.length + 4,
    marginLeft: left,
    marginRight: right,
    marginTop: 2,
    marginBottom: 2,
    x: { domain: [0, most], axis: null },
    y: { domain: rows.map((row) => row.key), axis: null, padding: 0 },
    marks: [
      barX(rows, { ...bar, x1: 0, x2: most, fill: "var(--chart-rail)" }),
      barX(rows, { ...bar, x1: 0, x2: "value", fill: COLOURS[0], title: "told" }),
      text(rows, {
        y: "key",
        text: (row) => names.get(row.label).join("\n"),
        frameAnchor: "left",
        fontFamily: "inherit",
        textAnchor: narrow ? "start" : "end",
        dx: narrow ? 0 : -10,
        dy: narrow ? -(step - 16 * deepest) / 2 : 0,
        lineHeight: 1.15,
        fontSize: SIZE,
        fill: "currentColor",
      }),
      text(rows, {
        y: "key",
        x: most,
        text: "written",
        fontFamily: "inherit",
        textAnchor: "start",
        dx: 8,
        dy: narrow ? step / 2 - 10 : 0,
        fontSize: SIZE,
        fill: "currentColor",
      }),
    ],
  });
  return put(element, figure, title, description);
}

/**
 * Draws a table of shades: `rows` have `x`, `y`, a value from 0 to `most` and that value in words.
 */
export function drawShades(element, { rows, most, title, description }) {
  const width = Math.max(280, Math.floor(element.clientWidth));
  const ys = [...new Set(rows.map((row) => row.y))];
  const xs = [...new Set(rows.map((row) => row.x))];
  const { names, deepest, widest } = named(ys, width * (width < NARROW ? 0.4 : 0.3), measureOf(element));
  const left = widest + 12;
  const wide = Math.min(180, (width - left) / xs.length);
  const figure = plot({
    className: "plot",
    width: Math.min(width, left + wide * xs.length + 4),
    height: 34 + ys.length * Math.max(26, deepest * 16 + 6),
    marginLeft: left,
    marginRight: 4,
    marginTop: 32,
    marginBottom: 2,
    x: { domain: xs, axis: null, padding: 0.04 },
    y: { domain: ys, axis: null, padding: 0.06 },
    marks: [
      axisX({ anchor: "top", label: null, tickSize: 0, fontSize: SIZE, lineWidth: (wide / SIZE) * 0.95, textOverflow: "ellipsis" }),
      axisY({ label: null, tickSize: 0, fontSize: SIZE, tickFormat: (y) => names.get(y).join("\n"), lineHeight: 1.15 }),
      cell(rows, { x: "x", y: "y", fill: "var(--chart-rail)" }),
      cell(rows, { x: "x", y: "y", fill: COLOURS[0], fillOpacity: (row) => (0.55 * row.value) / most, title: "told" }),
      text(rows, { x: "x", y: "y", text: "written", fontSize: SIZE, fill: "currentColor" }),
    ],
  });
  return put(element, figure, title, description);
}

/**
 * Draws rows of a table somebody chose.
 *
 * @param {Element} element where to
 * @param {{kind: "bar"|"line"|"dot", rows: {x: unknown, y: number, series?: string}[], x: {label: string},
 *   y: {label: string}, language: string, title: string, description: string}} options
 */
export async function drawChart(element, { kind, rows, x, y, language, title, description }) {
  if (kind === "bar") {
    const written = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
    const named = rows.map((row, at) => {
      const [label, value] = [String(row.x), written.format(row.y)];
      return { key: String(at), label, value: row.y, written: value, told: `${label}: ${value}` };
    });
    return drawBars(element, { rows: named, most: Math.max(0, ...rows.map((row) => row.y)) || 1, title, description });
  }
  const width = Math.max(280, Math.floor(element.clientWidth));
  const series = [...new Set(rows.map((row) => row.series ?? ""))];
  const stroke = series.length > 1 ? (row) => COLOURS[series.indexOf(row.series ?? "") % COLOURS.length] : COLOURS[0];
  const order = kind === "line" ? { sort: "x", z: "series" } : {};
  const marks = kind === "line" ? [lineY(rows, { x: "x", y: "y", stroke, ...order })] : [];
  const figure = plot({
    className: "plot",
    width,
    height: Math.min(420, Math.max(260, width * 0.55)),
    marginLeft: 60,
    marginBottom: 44,
    x: { label: x.label, nice: true },
    y: { label: y.label, nice: true },
    marks: [gridX({ strokeOpacity: 0.15 }), gridY({ strokeOpacity: 0.15 }), ...marks, dot(rows, { x: "x", y: "y", fill: stroke, r: 3 })],
  });
  return put(element, figure, title, description);
}
