/** A map that moves, over the ground of our own or the tiles of one host: what every map of the pages shares. */
import { AttributionControl, Map, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";

const LIGHT = { sea: "#dfeaf0", land: "#f7f5ec", coast: "#7d8f94", grid: "#b9cad2", ink: "#1c2422", halo: "#ffffff" };
const DARK = { sea: "#10202a", land: "#26302c", coast: "#71838a", grid: "#263844", ink: "#e6ebe8", halo: "#131917" };
const FONT = ["sans-serif"];

const escaped = (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
const MOST_LINES = 8;

/** Returns meridians and parallels of what is seen, so far apart that there are a few of them. */
function graticule(map) {
  const bounds = map.getBounds();
  const [west, east] = [bounds.getWest(), bounds.getEast()];
  const [south, north] = [Math.max(bounds.getSouth(), -84), Math.min(bounds.getNorth(), 84)];
  const step = STEPS.find((one) => (east - west) / one <= MOST_LINES) ?? 45;
  const lines = [];
  for (let at = Math.ceil(west / step); at * step <= east; at += 1) lines.push([[at * step, south], [at * step, north]]);
  for (let at = Math.ceil(south / step); at * step <= north; at += 1) lines.push([[west, at * step], [east, at * step]]);
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } };
}

/** Returns how the ground looks; tiles hide all of it but the names, which are theirs to write. */
function layersOf(colours, options) {
  const layers = [
    { id: "sea", type: "background", paint: { "background-color": colours.sea } },
    { id: "land", type: "fill", source: "ground", filter: ["has", "land"], paint: { "fill-color": colours.land } },
    { id: "grid", type: "line", source: "grid", paint: { "line-color": colours.grid, "line-width": 0.7 } },
    { id: "coast", type: "line", source: "ground", filter: ["has", "land"], paint: { "line-color": colours.coast, "line-width": 1 } },
  ];
  if (options.tiles) layers.push({ id: "tiles", type: "raster", source: "tiles", paint: dimmed() });
  layers.push({
    id: "names",
    type: "symbol",
    source: "ground",
    filter: ["has", "code"],
    minzoom: options.tiles ? 24 : 5,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 7 },
    paint: { "text-color": colours.ink, "text-opacity": 0.75, "text-halo-color": colours.halo, "text-halo-width": 1.2 },
  });
  return layers;
}

/** Returns how texts of the map are written: their colour, and the one around them. */
export const inkOf = () => {
  const { ink, halo } = dark().matches ? DARK : LIGHT;
  return { "text-color": ink, "text-halo-color": halo, "text-halo-width": 1.5 };
};

const dimmed = () => (dark().matches ? { "raster-brightness-max": 0.62, "raster-saturation": -0.35 } : {});

/** Changes the colours of the ground when the reader changes between light and dark. */
function follow(map, options, hooks) {
  const change = () => {
    for (const layer of layersOf(dark().matches ? DARK : LIGHT, options)) {
      for (const [name, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, name, value);
    }
    hooks.recoloured?.(inkOf());
    if (options.tiles) {
      map.setPaintProperty("tiles", "raster-brightness-max", dark().matches ? 0.62 : 1);
      map.setPaintProperty("tiles", "raster-saturation", dark().matches ? -0.35 : 0);
    }
  };
  dark().addEventListener("change", change);
  map.once("remove", () => dark().removeEventListener("change", change));
}

/**
 * Makes a map in an element; resolves when it is drawn, rejects where this browser has no WebGL.
 * @param {HTMLElement} element is filled; its former content stays, below, until the map is there
 * @param {{language: string, tiles: ?{address: string, credit: string}, ground: string, worker: ?string, text: Object}} options
 * @param {number[]} frame west, south, east, north
 * @param {{failed?: function(): void, recoloured?: function(Object): void}} [hooks] called when tiles cannot be had, and
 *   with how texts are written when the reader changes between light and dark
 * @returns {Promise<Map>}
 */
export async function makeMap(element, options, frame, hooks = {}) {
  if (options.worker) setWorkerUrl(new URL(options.worker, location.href).href);
  const ground = await (await fetch(options.ground)).json();
  const sources = {
    ground: { type: "geojson", data: ground },
    grid: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
  };
  if (options.tiles) {
    sources.tiles = {
      type: "raster", tiles: [options.tiles.address], tileSize: 256, maxzoom: 19, attribution: escaped(options.tiles.credit),
    };
  }
  const container = document.createElement("div");
  container.className = "moving-map";
  element.append(container);
  const text = options.text;
  let map;
  try {
    map = new Map({
      container,
      style: { version: 8, sources, layers: layersOf(dark().matches ? DARK : LIGHT, options) },
      bounds: frame,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      minZoom: 0.5,
      maxZoom: 19,
      renderWorldCopies: true,
      fadeDuration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
      locale: {
        "Map.Title": text.label,
        "NavigationControl.ZoomIn": text.zoomin,
        "NavigationControl.ZoomOut": text.zoomout,
        "Popup.Close": text.close,
        "AttributionControl.ToggleAttribution": text.attribution,
      },
    });
    await new Promise((resolve, reject) => {
      map.once("load", resolve);
      map.on("error", ({ error, sourceId }) => {
        if (sourceId === "tiles") hooks.failed?.();
        else reject(error);
      });
    });
  } catch (error) {
    container.remove();
    throw error;
  }
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-left");
  if (options.tiles) map.addControl(new AttributionControl({ compact: false }), "bottom-right");
  if (!options.tiles) {
    const lines = () => map.getSource("grid").setData(graticule(map));
    map.on("moveend", lines);
    lines();
  }
  follow(map, options, hooks);
  container.classList.add("ready");
  return map;
}

/**
 * Shows what `content` holds, at a place; Escape closes it and gives the focus back to the map.
 * @param {Map} map
 * @param {[number, number]} place
 * @param {Node} content
 * @returns {Popup}
 */
export function showPopup(map, place, content) {
  const popup = new Popup({ maxWidth: "20rem", focusAfterOpen: true, offset: 14 });
  popup.setLngLat(place).setDOMContent(content).addTo(map);
  popup.getElement().addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      popup.remove();
      map.getCanvas().focus();
    }
  });
  return popup;
}

/** Returns the layers of points that are gathered where they would hide one another. */
export function clusterLayers(source) {
  const steps = (...values) => ["step", ["get", "point_count"], ...values];
  return [
    {
      id: "clusters",
      type: "circle",
      source,
      filter: ["has", "point_count"],
      paint: {
        "circle-color": "#12504a",
        "circle-radius": steps(14, 10, 17, 50, 21, 200, 26),
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    },
    {
      id: "numbers",
      type: "symbol",
      source,
      filter: ["has", "point_count"],
      layout: {
        "text-field": ["to-string", ["get", "point_count"]],
        "text-font": FONT,
        "text-size": 13,
        "text-allow-overlap": true,
      },
      paint: { "text-color": "#ffffff" },
    },
  ];
}

/** Returns an element with a text in it, never markup. */
export function written(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}
