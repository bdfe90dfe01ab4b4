// How closures, a drawing in progress and reach look on the map.
const { Circle, Fill, Stroke, Style, Text } = ol.style;

const FONT = '600 12px "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
const OPACITY = { 5: "b3", 10: "80", 20: "4d", 30: "26" };

/** Closed is red and crossed, slowed is amber, what is still to come is dashed. */
export function closureStyle(feature) {
  const closed = feature.get("speed_factor") === 0;
  const colour = closed ? "#b3261e" : "#c25700";
  const lineDash = feature.get("in_force") ? undefined : [6, 7];
  return [
    new Style({ stroke: new Stroke({ color: "#ffffff", width: 8 }), image: dot("#ffffff", 11), zIndex: 7 }),
    new Style({
      stroke: new Stroke({ color: colour, width: 5, lineDash }),
      fill: new Fill({ color: `${colour}33` }),
      image: dot(colour, 9),
      text: mark(closed ? "✕" : "!", feature.get("reason")),
      zIndex: 8,
    }),
  ];
}

export function drawingStyle() {
  return new Style({
    stroke: new Stroke({ color: "#b3261e99", width: 7 }),
    image: new Circle({ radius: 8, stroke: new Stroke({ color: "#b3261e", width: 3 }) }),
    zIndex: 9,
  });
}

export function reachStyle(feature) {
  const minutes = feature.get("minutes");
  return new Style({
    fill: new Fill({ color: `#0b6e4f${OPACITY[minutes] ?? "26"}` }),
    stroke: new Stroke({ color: "#0b6e4f", width: 1 }),
    zIndex: -minutes,
  });
}

function dot(color, radius) {
  return new Circle({ radius, fill: new Fill({ color }) });
}

function mark(sign, reason) {
  return new Text({
    text: `${sign} ${reason}`,
    font: FONT,
    offsetY: -14,
    fill: new Fill({ color: "#8c1d18" }),
    stroke: new Stroke({ color: "#ffffffee", width: 3 }),
    overflow: true,
  });
}
