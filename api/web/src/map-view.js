/** The map of structures: clusters, marks by profile, popups, and the frame of the address. */
import { pageOf } from "./map-feed.js";
import { clusterLayers, inkOf, makeMap, showPopup, written } from "./map-base.js";
import { addMarks } from "./map-marks.js";

const CLUSTERED = 15;
const CLOSE = 14;
const NAMED = 11;
const MOST_LISTED = 60;
const MOST_PIXELS = 6;
const EMPTY = { type: "FeatureCollection", features: [] };

/**
 * Makes the map.
 * @param {HTMLElement} element
 * @param {Object} options what the page gave
 * @param {{failed: function(): void, moved: function(?string): void, opened: function(?string): void}} hooks
 */
export async function makeView(element, options, hooks) {
  const recoloured = (paint) => {
    for (const layer of ["apart", "labels"]) {
      for (const [name, value] of Object.entries(paint)) map.setPaintProperty(layer, name, value);
    }
  };
  const map = await makeMap(element, options, options.frame, { ...hooks, recoloured });
  let features = [];
  let popup = null;
  let quiet = false;

  addMarks(map, options.marks);
  map.addSource("apart", { type: "geojson", data: EMPTY });
  map.addSource("points", { type: "geojson", data: EMPTY, cluster: true, clusterRadius: 40, clusterMaxZoom: CLUSTERED });
  map.addLayer(apartLayer());
  for (const layer of clusterLayers("points")) map.addLayer(layer);
  map.addLayer({
    id: "points",
    type: "symbol",
    source: "points",
    filter: ["!", ["has", "point_count"]],
    layout: { "icon-image": ["get", "mark"], "icon-allow-overlap": true, "icon-padding": 0 },
  });
  map.addLayer(labelLayer());

  function open(place, found) {
    popup?.remove();
    const own = showPopup(map, place, found.length === 1 ? card(found[0], options) : cards(found, options));
    popup = own;
    hooks.opened(found.length === 1 ? found[0].key : null);
    own.on("close", () => {
      if (popup === own) hooks.opened(null);
    });
  }

  async function clicked({ point: { x, y } }) {
    const box = [[x - MOST_PIXELS, y - MOST_PIXELS], [x + MOST_PIXELS, y + MOST_PIXELS]];
    const found = map.queryRenderedFeatures(box, { layers: ["clusters", "points"] });
    const [first] = found;
    if (!first) return;
    const place = first.geometry.coordinates;
    if (first.properties.cluster_id === undefined) {
      const same = found.filter(({ properties }) => properties.cluster_id === undefined).map(({ properties }) => properties);
      open(place, [...new Map(same.map((one) => [one.key, one])).values()]);
      return;
    }
    const source = map.getSource("points");
    const zoom = await source.getClusterExpansionZoom(first.properties.cluster_id);
    if (zoom <= CLUSTERED) {
      map.easeTo({ center: place, zoom });
      return;
    }
    const leaves = await source.getClusterLeaves(first.properties.cluster_id, MOST_LISTED, 0);
    open(place, leaves.map(({ properties }) => properties));
  }

  map.on("click", clicked);
  for (const layer of ["clusters", "points"]) {
    map.on("mouseenter", layer, () => map.getCanvas().classList.add("over"));
    map.on("mouseleave", layer, () => map.getCanvas().classList.remove("over"));
  }
  map.on("resize", () => {
    quiet = true;
  });
  map.on("moveend", (event) => {
    const ours = quiet || event.quiet;
    quiet = false;
    if (!ours) hooks.moved(frameOf(map));
  });

  return {
    map,
    /** Shows other points. */
    show(found) {
      features = found;
      map.getSource("points").setData({ type: "FeatureCollection", features: features.filter(({ geometry }) => geometry) });
      map.getSource("apart").setData(apart(features, map));
    },
    /** Moves to a frame, without telling that the reader moved. */
    frame(box) {
      map.fitBounds(unwrapped(box), { animate: false }, { quiet: true });
    },
    /** Opens what the key names; false where it is not on the map. */
    open(key, { move = false } = {}) {
      const found = features.find(({ geometry, properties }) => geometry && properties.key === key);
      if (!found) return false;
      const place = found.geometry.coordinates;
      if (move) map.easeTo({ center: place, zoom: Math.max(map.getZoom(), CLOSE) });
      open(place, [found.properties]);
      return true;
    },
  };
}

/** Returns the frame that is seen as `west,south,east,north`, null where it is the whole earth. */
function frameOf(map) {
  const bounds = map.getBounds();
  if (bounds.getEast() - bounds.getWest() >= 360) return null;
  const turned = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
  const numbers = [turned(bounds.getWest()), bounds.getSouth(), turned(bounds.getEast()), bounds.getNorth()];
  return numbers.map((value) => Number(value.toFixed(4))).join(",");
}

const unwrapped = ([west, south, east, north]) => [west, south, east < west ? east + 360 : east, north];

/** Returns how many structures of each département have no coordinates, at its name. */
function apart(features, map) {
  const numbers = {};
  for (const { geometry, properties } of features) {
    if (!geometry && properties.departement) numbers[properties.departement] = (numbers[properties.departement] ?? 0) + 1;
  }
  const ground = map.getSource("ground").serialize().data;
  const found = ground.features.filter(({ properties }) => numbers[properties.code]);
  const counted = found.map((feature) => ({ ...feature, properties: { ...feature.properties, number: numbers[feature.properties.code] } }));
  return { type: "FeatureCollection", features: counted };
}

function apartLayer() {
  return {
    id: "apart",
    type: "symbol",
    source: "apart",
    minzoom: 3.5,
    layout: {
      "text-field": ["concat", "+", ["to-string", ["get", "number"]]],
      "text-font": ["sans-serif"],
      "text-size": 12,
      "text-offset": [0, 1.6],
      "text-optional": true,
    },
    paint: inkOf(),
  };
}

/** Returns the names of structures, in a close view, where there is room for them. */
function labelLayer() {
  return {
    id: "labels",
    type: "symbol",
    source: "points",
    filter: ["!", ["has", "point_count"]],
    minzoom: NAMED,
    layout: {
      "text-field": ["get", "label"],
      "text-font": ["sans-serif"],
      "text-size": 12,
      "text-anchor": "top",
      "text-offset": [0, 1.1],
      "text-max-width": 9,
      "text-optional": true,
    },
    paint: inkOf(),
  };
}

/** Returns what a popup says of one structure. */
function card({ iri, label, profiles, place }, options) {
  const element = document.createElement("div");
  element.append(written("p", label, "name"), written("p", profiles || options.text.none));
  if (place) element.append(written("p", place));
  const href = pageOf(iri, options);
  if (href) {
    const line = document.createElement("p");
    const link = written("a", options.text.open);
    link.href = href;
    line.append(link);
    element.append(line);
  }
  return element;
}

/** Returns what a popup says of structures that stand in one place. */
function cards(found, options) {
  const element = document.createElement("div");
  element.append(written("p", options.text.together.replace("{n}", found.length), "name"));
  const list = document.createElement("ul");
  for (const { iri, label } of found) {
    const item = document.createElement("li");
    const href = pageOf(iri, options);
    const link = written(href ? "a" : "span", label);
    if (href) link.href = href;
    item.append(link);
    list.append(item);
  }
  element.append(list);
  return element;
}
