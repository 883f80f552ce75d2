/** Rows on a map, where they hold points: literals of GeoSPARQL, or a column of latitudes and one of longitudes. */
import { numberOf } from "./sparql-rows.js";
import { linkTo, seen, shortName } from "./sparql-table.js";
import { make } from "./words.js";

const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const LATITUDE = /^(lat|latitude)$/i;
const LONGITUDE = /^(lon|long|lng|longitude)$/i;
const POINT = /^\s*(?:<[^>]*>\s*)?POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)/i;

/** Tells whether a table has points in its first rows. */
export function mappable(table) {
  return pointsOf({ ...table, rows: table.rows.slice(0, 200) }, null).length > 0;
}

/** Returns the points of a table, with a name and a link each. */
function pointsOf({ columns, rows }, config) {
  const latitude = columns.findIndex((name) => LATITUDE.test(name));
  const longitude = columns.findIndex((name) => LONGITUDE.test(name));
  const points = [];
  for (const row of rows) {
    const wkt = row.find((term) => term?.datatype === WKT);
    const place = wkt ? POINT.exec(wkt.value)?.slice(1).map(Number) : [numberOf(row[longitude]), numberOf(row[latitude])];
    if (!place || !place.every(Number.isFinite) || Math.abs(place[1]) > 90) continue;
    points.push({ lon: place[0], lat: place[1], ...(config ? nameOf(row, config) : {}) });
  }
  return points;
}

/** Returns what a point is called, and where it leads: the first text and the first name of its row. */
function nameOf(row, config) {
  const iri = row.find((term) => term?.kind === "iri");
  const text = row.find((term) => term?.kind === "literal" && !term.datatype);
  const label = seen(text?.value ?? (iri ? shortName(iri.value, config) : ""));
  return { label, href: iri ? linkTo(iri.value, config) : null };
}

export class PointMap {
  constructor(table, config, words) {
    const points = pointsOf(table, config);
    const note = make("p", { class: "small" }, words.count("points", points.length));
    const place = make("div", { class: "answer-map" });
    this.element = make("div", {}, note, place);
    this.draw(place, points, config, words).catch((error) => {
      note.textContent = words.say("unavailable", { reason: String(error.message ?? error) });
    });
  }

  async draw(place, points, config, words) {
    for (const sheet of config.mapStyles) addSheet(sheet);
    const { showPoints } = await import("./points-map.js");
    await showPoints(place, points, { ...config.map, language: words.language, dark: matchMedia("(prefers-color-scheme: dark)").matches });
  }
}

/** Adds a style sheet that only the map needs, once. */
function addSheet(href) {
  if (document.querySelector(`link[rel="stylesheet"][href="${CSS.escape(href)}"]`)) return;
  document.head.append(make("link", { rel: "stylesheet", href }));
}
