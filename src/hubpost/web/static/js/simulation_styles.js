// How the before | after maps look; shades as in simulation.css, told apart in grey print too.
const { Circle, Fill, Stroke, Style, Text } = ol.style;

const SHADES = ["#edf8fb", "#bfd3e6", "#9ebcda", "#8c96c6", "#8856a7", "#810f7c"];
const NO_CALLS = "#e2e2e2";
const PRIORITY = { 1: "#b3261e", 2: "#c25700", 3: "#2b5f9e", 4: "#5b6570" };
const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
const way = {
  road: new Style({ stroke: new Stroke({ color: "#0b6e4f", width: 3 }) }),
  straight: new Style({ stroke: new Stroke({ color: "#b36a00", width: 2.5, lineDash: [8, 6] }) }),
};

/** minutes: p90 of the village, null where it had no calls. */
export function shadeStyle(minutes, classes) {
  const at = classes.findIndex((upper) => minutes <= upper);
  const colour = minutes === null ? NO_CALLS : SHADES[at < 0 ? classes.length : at];
  return new Style({ fill: new Fill({ color: `${colour}cc` }), stroke: new Stroke({ color: "#ffffff", width: 0.6 }) });
}

export function wayStyle(feature) {
  return feature.get("straight") ? way.straight : way.road;
}

export function unitStyle(feature) {
  const away = feature.get("away");
  const busy = !["at_station", "returning"].includes(feature.get("state"));
  return new Style({
    image: new Circle({
      radius: away ? 6 : 3, displacement: away ? [0, 0] : [0, -11],
      fill: new Fill({ color: busy ? "#b3261e" : "#fff" }), stroke: new Stroke({ color: busy ? "#fff" : "#0b6e4f", width: 2 }),
    }),
    text: away ? label(feature.get("name"), 14) : undefined,
    zIndex: away ? 6 : 5,
  });
}

export function callStyle(feature) {
  const waiting = feature.get("waiting");
  const colour = PRIORITY[feature.get("priority")];
  return new Style({
    image: new Circle({ radius: 9, fill: new Fill({ color: waiting ? "#fff" : colour }), stroke: new Stroke({ color: colour, width: 3 }) }),
    text: new Text({ text: String(feature.get("priority")), font: `700 11px ${FONT}`, fill: new Fill({ color: waiting ? colour : "#fff" }) }),
  });
}

function label(text, offsetY) {
  return new Text({
    text, offsetY, font: `700 12px ${FONT}`, fill: new Fill({ color: "#1c2733" }),
    stroke: new Stroke({ color: "#ffffffdd", width: 3 }), overflow: true,
  });
}
