/** Points on a map, for results of queries: load it on demand, since it brings MapLibre. */
import { clusterLayers, makeMap, showPopup, written } from "./map-base.js";

const POINT = /^\s*(?:<[^>]*>\s*)?POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)\s*$/i;
const MOST_LISTED = 50;
const MOST_PIXELS = 6;

/** Returns the place of a point given by `lon` and `lat` or by `wkt`, null where it is none. */
export function placeOf({ lon, lat, wkt }) {
  const match = wkt === undefined ? null : POINT.exec(wkt);
  const [x, y] = match ? [Number(match[1]), Number(match[2])] : [Number.parseFloat(lon), Number.parseFloat(lat)];
  return Math.abs(x) <= 180 && Math.abs(y) <= 90 ? [x, y] : null;
}

/** Returns a link where an address is one that may be followed, else text. */
function linked(label, href) {
  const address = href ? URL.parse(href, location.href) : null;
  if (!address || !["http:", "https:", "mailto:"].includes(address.protocol)) return written("span", label, "name");
  const link = written("a", label, "name");
  link.href = address.href;
  return link;
}

function listOf(features) {
  const list = document.createElement("ul");
  for (const { properties } of features.slice(0, MOST_LISTED)) {
    const item = document.createElement("li");
    item.append(linked(properties.label, properties.href));
    list.append(item);
  }
  return list;
}

/**
 * Shows points in an element.
 * @param {HTMLElement} element with a position and a height of its own
 * @param {Array<{lon?: number, lat?: number, wkt?: string, label: string, href?: string}>} points
 * @param {Object} options what `map_options` of the page gave
 * @returns {Promise<{shown: number, remove: function(): void}>} rejects where this browser has no WebGL
 */
export async function showPoints(element, points, options) {
  const features = points.flatMap(({ label, href, ...point }) => {
    const place = placeOf(point);
    const properties = { label: String(label), href: href ?? "" };
    return place ? [{ type: "Feature", properties, geometry: { type: "Point", coordinates: place } }] : [];
  });
  const xs = features.map(({ geometry }) => geometry.coordinates[0]);
  const ys = features.map(({ geometry }) => geometry.coordinates[1]);
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  const frame = features.length
    ? [least(xs) - 0.05, Math.max(least(ys) - 0.05, -85), most(xs) + 0.05, Math.min(most(ys) + 0.05, 85)]
    : [-5.4, 41.2, 9.9, 51.3];
  const map = await makeMap(element, options, frame);
  map.addSource("points", {
    type: "geojson", data: { type: "FeatureCollection", features }, cluster: true, clusterRadius: 40, clusterMaxZoom: 15,
  });
  for (const layer of clusterLayers("points")) map.addLayer(layer);
  map.addLayer({
    id: "points",
    type: "circle",
    source: "points",
    filter: ["!", ["has", "point_count"]],
    paint: { "circle-color": "#d55e00", "circle-radius": 7, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 },
  });
  map.on("click", async ({ point: { x, y } }) => {
    const box = [[x - MOST_PIXELS, y - MOST_PIXELS], [x + MOST_PIXELS, y + MOST_PIXELS]];
    const found = map.queryRenderedFeatures(box, { layers: ["clusters", "points"] });
    if (!found.length) return;
    const cluster = found.find(({ properties }) => properties.cluster_id !== undefined);
    if (!cluster) {
      showPopup(map, found[0].geometry.coordinates, listOf(found));
      return;
    }
    const source = map.getSource("points");
    const zoom = await source.getClusterExpansionZoom(cluster.properties.cluster_id);
    if (zoom <= 15) map.easeTo({ center: cluster.geometry.coordinates, zoom });
    else showPopup(map, cluster.geometry.coordinates, listOf(await source.getClusterLeaves(cluster.properties.cluster_id, MOST_LISTED, 0)));
  });
  return { shown: features.length, remove: () => map.remove() };
}
