// How the map's things look: type by shape, group by colour, state by fill. Told apart by shape
// and words too, so that colour alone never carries meaning.
const { Circle, Fill, RegularShape, Stroke, Style, Text } = ol.style;

// Nine light colours that stay apart for colour-blind eyes (Paul Tol's "light" scheme, greyed
// ends); the same order as .g0 to .g8 in console.css.
const GROUP = ["#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#99ddff", "#44bb99", "#bbcc33", "#aaaa00", "#c9a3d9"];
const LONE = "#c8ccd0";
const INK = "#1c2733";
const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
const SHAPES = { hub: [4, 9, Math.PI / 4], base: [0, 6, 0], border: [3, 8, 0], station: [0, 6, 0] };

export function groupColour(feature, border) {
  return border ? LONE : GROUP[feature.get("group") % GROUP.length];
}

/** Near the ground the roads matter more than the territories. */
export function cellStyle(feature, isBorder, resolution) {
  const colour = groupColour(feature, isBorder(feature.get("station_id")));
  return new Style({
    fill: new Fill({ color: `${colour}${resolution < 60 ? "2b" : "59"}` }),
    stroke: new Stroke({ color: "#8d99a6", width: 0.8, lineDash: [4, 3] }),
  });
}

export function groupStyle() {
  return new Style({ stroke: new Stroke({ color: "#17406d", width: 2 }) });
}

export function areaStyle(feature, resolution) {
  const near = resolution < 60;
  return new Style({
    image: new Circle({ radius: near ? 2.5 : 1.5, fill: new Fill({ color: "#6b7784" }) }),
    text: near ? label(feature.get("name"), 11, 400, 9) : undefined,
  });
}

export function stationStyle(feature, resolution) {
  const type = feature.get("type");
  const [points, radius, angle] = SHAPES[type] ?? SHAPES.station;
  const fill = new Fill({ color: type === "hub" ? "#17406d" : type === "border" ? "#8a5a00" : "#2b7bb9" });
  const stroke = new Stroke({ color: "#fff", width: 1.6 });
  const image = points
    ? new RegularShape({ points, radius, angle, fill, stroke })
    : new Circle({ radius, fill, stroke });
  const size = type === "hub" ? 14 : 12;
  const text = resolution < 260 || type === "hub" ? label(feature.get("short"), size, type === "hub" ? 700 : 500, -14) : undefined;
  return new Style({ image, text, zIndex: type === "hub" ? 2 : 1 });
}

/** Units at their station are dots in a row below it; away from it they carry their name. */
export function unitStyle(feature) {
  const free = feature.get("free");
  const home = feature.get("at_station");
  const displacement = home ? [(feature.get("slot") - (feature.get("slots") - 1) / 2) * 9, -13] : [0, 0];
  return new Style({
    image: new Circle({
      radius: home ? 3.6 : 6,
      displacement,
      fill: new Fill({ color: free ? "#fff" : "#b3261e" }),
      stroke: new Stroke({ color: free ? "#0b6e4f" : "#b3261e", width: 2 }),
    }),
    text: home ? undefined : label(feature.get("name"), 12, 700, 15),
    zIndex: 5,
  });
}

export function routeStyle() {
  return [
    new Style({ stroke: new Stroke({ color: "#ffffff", width: 7 }) }),
    new Style({ stroke: new Stroke({ color: "#0b6e4f", width: 4, lineDash: [10, 6] }) }),
  ];
}

export function markerStyle() {
  return new Style({
    image: new RegularShape({
      points: 4, radius: 11, radius2: 2, stroke: new Stroke({ color: "#b3261e", width: 2 }),
      fill: new Fill({ color: "#b3261e" }),
    }),
    zIndex: 9,
  });
}

function label(text, size, weight, offsetY) {
  return new Text({
    text,
    font: `${weight} ${size}px ${FONT}`,
    offsetY,
    fill: new Fill({ color: INK }),
    stroke: new Stroke({ color: "#ffffffdd", width: 3 }),
    overflow: true,
  });
}
