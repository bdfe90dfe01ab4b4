// Police grids over village grids, officers in villages, the round by road; the tables say the same.
import { baseStyle } from "./base_style.js";

const { Circle, Fill, Stroke, Style, Text } = ol.style;
const words = JSON.parse(document.getElementById("grid-words").textContent);
const target = document.getElementById("grid-map");
const pointed = document.getElementById("grid-pointed");
const county = document.getElementById("whole-county");
const format = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
const source = new ol.source.Vector();
const FONT = '12px "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
// Light tints that stay apart for colour-blind eyes (Paul Tol's "light" scheme); neighbours in
// the list have different ones. What matters is told by line and word, not by tint.
const TINTS = ["#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#99ddff", "#44bb99", "#bbcc33", "#aaaa00"];
const STRAIGHT = [6, 6];
const ORDER = { village_grid: 1, police_grid: 2, round: 3, posting: 4 };
const initial = pointed.textContent;

const layers = [new ol.layer.Vector({ source, style })];
if (document.body.dataset.basemap === "yes") {
  layers.unshift(new ol.layer.VectorTile({
    source: new ol.source.VectorTile({ format: new ol.format.MVT(), url: "/tiles/{z}/{x}/{y}.mvt", maxZoom: 14 }),
    style: baseStyle, declutter: true,
  }));
}
const map = new ol.Map({
  target, layers, view: new ol.View({ center: [0, 0], zoom: 9, maxZoom: 17, minZoom: 7 }),
  controls: ol.control.defaults.defaults({ attribution: false, rotate: false }),
  interactions: ol.interaction.defaults.defaults({ altShiftDragRotate: false, pinchRotate: false, mouseWheelZoom: false }),
});
map.on("pointermove", (event) => point(event.pixel));
map.on("click", (event) => point(event.pixel));
county.addEventListener("click", () => load(county.getAttribute("aria-pressed") !== "true"));
load(false);

async function load(whole) {
  const answer = await fetch(whole ? target.dataset.county : target.dataset.address);
  if (!answer.ok) {
    target.dataset.ready = "failed";
    pointed.textContent = `${answer.status}`;
    return;
  }
  county.setAttribute("aria-pressed", String(whole));
  source.clear();
  source.addFeatures(format.readFeatures(await answer.json()));
  if (!source.isEmpty()) map.getView().fit(source.getExtent(), { padding: [16, 16, 16, 16] });
  pointed.textContent = initial;
  target.dataset.grids = source.getFeatures().filter((f) => f.get("layer") === "police_grid").length;
  target.dataset.villages = source.getFeatures().filter((f) => f.get("layer") === "village_grid").length;
  target.dataset.ready = whole ? "county" : "station";
}

function style(feature, resolution) {
  const layer = feature.get("layer");
  const zIndex = ORDER[layer];
  if (layer === "round") {
    const stroke = { color: feature.get("chosen") ? "#0b6e4f" : "#5b2a86", width: 4, lineDash: feature.get("straight") || feature.get("labels").includes("estimated") ? STRAIGHT : undefined };
    return [new Style({ stroke: new Stroke({ color: "#fff", width: 7 }), zIndex }), new Style({ stroke: new Stroke(stroke), zIndex })];
  }
  if (layer === "posting") {
    const image = new Circle({ radius: resolution > 60 ? 2 : 5, fill: new Fill({ color: "#fff" }), stroke: new Stroke({ color: "#17406d", width: resolution > 60 ? 1.5 : 3 }) });
    return new Style({ image, zIndex, text: resolution < 40 ? label(feature.get("name"), -14) : undefined });
  }
  if (layer === "police_grid") {
    return new Style({ stroke: new Stroke({ color: "#17406d", width: resolution > 60 ? 1.2 : 2.2 }), zIndex, text: resolution < 25 ? label(feature.get("name"), 12) : undefined });
  }
  const gap = feature.get("gap");
  return new Style({
    fill: new Fill({ color: gap ? "#b3261e55" : TINTS[feature.get("tint") % TINTS.length] + "55" }),
    stroke: gap ? new Stroke({ color: "#b3261e", width: 1.8, lineDash: [4, 3] }) : new Stroke({ color: "#8d99a6", width: 0.7 }),
    zIndex: gap ? 1.5 : zIndex,
  });
}

function label(text, offsetY) {
  return new Text({ text, font: FONT, offsetY, fill: new Fill({ color: "#1c2733" }), stroke: new Stroke({ color: "#ffffffdd", width: 3 }) });
}

function point(pixel) {
  const cell = map.getFeaturesAtPixel(pixel).find((f) => f.get("layer") === "village_grid");
  if (!cell) return;
  const facts = { name: cell.get("name"), id: cell.get("id"), lead: cell.get("lead") || words.none };
  const said = words.pointed.replace(/%\((\w+)\)s/g, (whole, name) => facts[name] ?? whole);
  pointed.textContent = cell.get("gap") ? `${said} · ${words.gap}` : said;
}
