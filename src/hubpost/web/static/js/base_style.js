// How the county's own land looks under the board: water, roads, names; quiet, so that stations,
// units and calls stand out. All letters come from the machine's fonts; nothing is fetched.
const { Fill, Stroke, Style, Text } = ol.style;

const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
const WATER = "#7fb2d6";
const WATER_INK = "#1f5f8b";
// Colour, width in pixels at a street's scale, and rank: what lies on top where roads cross.
const ROADS = {
  motorway: ["#d9983a", 5, 6], trunk: ["#dca84e", 4.5, 5], primary: ["#e0b96b", 4, 4],
  secondary: ["#cfc3a0", 3, 3], tertiary: ["#bdb8ab", 2.2, 2], track: ["#a8a294", 1.2, 0, [5, 4]],
  path: ["#a8a294", 0.9, 0, [2, 3]], ferry: [WATER, 1.6, 0, [6, 5]],
};
const PLAIN = ["#c2beb3", 1.4, 1];
// Metres per pixel below which a name is worth its room, and its size.
const PLACES = { city: [1e9, 14], town: [400, 13], township: [300, 13], suburb: [60, 11], village: [90, 12], hamlet: [45, 11], locality: [12, 10] };
const RARE = [15, 10];

let shownElsewhere = new Set();

/** Names that another layer shows, and the land therefore need not. */
export function hideNames(names) {
  shownElsewhere = new Set(names);
}

export function baseStyle(feature, resolution) {
  const layer = feature.get("layer");
  if (layer === "places") return placeStyle(feature, resolution);
  if (layer === "water") return waterStyle(feature, resolution);
  return roadStyle(feature, resolution);
}

function placeStyle(feature, resolution) {
  const name = feature.get("name");
  const [below, size] = PLACES[feature.get("class")] ?? RARE;
  if (resolution > below || shownElsewhere.has(name)) return undefined;
  return new Style({ text: text(name, size, "#3c4652"), zIndex: 20 });
}

function waterStyle(feature, resolution) {
  const kind = feature.get("class");
  const lake = kind === "lake";
  const width = kind === "river" ? Math.min(4, Math.max(1.2, 40 / resolution)) : 1;
  const named = feature.get("name") && resolution < (kind === "stream" ? 6 : 25);
  return new Style({
    fill: lake ? new Fill({ color: WATER }) : undefined,
    stroke: new Stroke({ color: WATER, width: lake ? 0.5 : width }),
    text: named ? text(feature.get("name"), 11, WATER_INK, lake ? "point" : "line") : undefined,
    zIndex: -1,
  });
}

function roadStyle(feature, resolution) {
  const kind = feature.get("class");
  const [color, full, rank, dash] = ROADS[kind] ?? PLAIN;
  const width = full * Math.min(1, Math.max(0.25, 20 / resolution));
  const line = new Style({ stroke: new Stroke({ color, width, lineDash: dash }), zIndex: rank });
  const named = feature.get("name") && resolution < (rank > 2 ? 9 : 3.5);
  const styles = named ? [new Style({ text: text(feature.get("name"), 10, "#5a5040", "line"), zIndex: 10 + rank }), line] : [line];
  if (rank < 3 || resolution > 40) return styles;
  const casing = new Stroke({ color: "#ffffffcc", width: width + 2 });
  return [new Style({ stroke: casing, zIndex: rank - 0.5 }), ...styles];
}

function text(content, size, color, placement = "point") {
  return new Text({
    text: content,
    font: `${size > 11 ? 600 : 400} ${size}px ${FONT}`,
    placement,
    maxAngle: Math.PI / 5,
    fill: new Fill({ color }),
    stroke: new Stroke({ color: "#ffffffd9", width: 2.5 }),
    overflow: false,
  });
}
