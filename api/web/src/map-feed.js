/** The points of the map: pages of `/api/structures?format=geojson`, which browsers keep by their tags. */

const FIELDS = "label,label_en,profiles,commune,arrondissement_municipal,departement,place_as_stated";
const PAGE = 1000;

/**
 * Reads what an address of the map asks for, without its frame.
 * @param {URLSearchParams} asked the parameters of the address
 * @param {Object} options what the page gave
 * @param {AbortSignal} signal
 * @returns {Promise<{features: Object[], total: number}>}
 */
export async function readPoints(asked, options, signal) {
  const features = [];
  let query = new URLSearchParams([...asked].filter(([name, value]) => !["bbox", "lang", "cursor"].includes(name) && value));
  query.append("format", "geojson");
  query.append("limit", PAGE);
  query.append("fields", FIELDS);
  for (;;) {
    const response = await fetch(`${options.feed}?${query}`, { signal });
    if (!response.ok) throw new Error(`the feed answered ${response.status}`);
    const document = await response.json();
    features.push(...document.features.map((feature) => simple(feature, options)));
    const next = document.links?.next;
    if (!next || features.length >= options.most) return { features, total: document.total };
    query = new URL(next, location.href).searchParams;
  }
}

/** Returns a feature with what the map shows of it, in flat properties. */
function simple({ id, geometry, properties }, options) {
  const named = (thing) => (options.language === "en" && thing.label_en) || thing.label;
  const { commune, arrondissement_municipal: part, departement, profiles, place_as_stated: stated } = properties;
  const areas = [...new Set([part ?? commune, departement].filter(Boolean).map(({ label }) => label))];
  return {
    type: "Feature",
    geometry,
    properties: {
      iri: id,
      key: id.slice(id.lastIndexOf("/") + 1),
      label: named(properties),
      profiles: profiles.map(named).join(", "),
      place: areas.join(", ") || stated || "",
      mark: `mark-${options.profiles[profiles[0]?.iri] ?? "none"}`,
      departement: departement?.code ?? "",
    },
  };
}

/** Returns the path on this server of the page of a structure. */
export function pageOf(iri, options) {
  const path = iri.startsWith(options.base) ? iri.slice(options.base.length) : "";
  if (!path.startsWith("id/")) return null;
  const kept = new URLSearchParams(location.search);
  const query = new URLSearchParams(["lang", "release"].flatMap((name) => (kept.get(name) ? [[name, kept.get(name)]] : [])));
  return `${options.root}doc/${path.slice(3)}${query.size ? `?${query}` : ""}`;
}
