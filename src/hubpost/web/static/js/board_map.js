// The map: the county's land and stations, units and open calls, drawn on a canvas without GPU.
import { baseStyle, hideNames } from "./base_style.js";
import { areaStyle, cellStyle, groupStyle, markerStyle, routeStyle, stationStyle, unitStyle } from "./map_styles.js";
import { t } from "./words.js";

const format = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
const sources = Object.fromEntries(
  ["cells", "groups", "areas", "stations", "units", "route", "marker"].map((n) => [n, new ol.source.Vector()]),
);
const callOverlays = new Map();
let map = null;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let shownRoute = "";
let shownCall = "";

/** Draw the map; onPoint is called with a clicked {lon, lat}, onCall with a clicked call's id. */
export async function startMap(onPoint, onCall) {
  const styles = {
    cells: (f, resolution) => cellStyle(f, isBorder, resolution), groups: groupStyle, areas: areaStyle, route: routeStyle,
    stations: stationStyle, units: unitStyle, marker: markerStyle,
  };
  const layers = ["cells", "groups", "areas", "route", "stations", "units", "marker"].map(
    (name) => new ol.layer.Vector({ source: sources[name], style: styles[name], declutter: name === "areas" || name === "stations" }),
  );
  if (document.body.dataset.basemap === "yes") layers.splice(1, 0, baseLayer());
  map = new ol.Map({
    target: "map",
    layers,
    controls: ol.control.defaults.defaults({ attribution: false, rotate: false }),
    interactions: ol.interaction.defaults.defaults({ altShiftDragRotate: false, pinchRotate: false, doubleClickZoom: false }),
    view: new ol.View({ center: [0, 0], zoom: 9, maxZoom: 17, minZoom: 7 }),
  });
  map.on("click", (event) => pick(event.coordinate, onPoint));
  map.getTargetElement().addEventListener("keydown", (event) => {
    if (event.key === "Enter") pick(map.getView().getCenter(), onPoint);
  });
  await Promise.all(["cells", "groups", "areas", "stations"].map(loadLayer));
  hideNames(sources.areas.getFeatures().map((f) => f.get("name")));
  map.getView().fit(sources.stations.getExtent(), { padding: clearOf(30), maxZoom: 13 });
  await refreshMap(onCall);
  map.getTargetElement().dataset.ready = "yes";
}

/** Read units and open calls anew. */
export async function refreshMap(onCall) {
  await Promise.all([loadUnits(), loadCalls(onCall)]);
  await showRoute();
}

/** Read stations and groups anew, after a plan came into force. */
export async function refreshGroups() {
  await Promise.all(["cells", "groups", "stations"].map(loadLayer));
}

/** Mark the place of the call that is being taken; null takes the mark away. */
export function markPlace(place) {
  sources.marker.clear();
  if (!place) return;
  const point = ol.proj.fromLonLat([place.lon, place.lat]);
  sources.marker.addFeature(new ol.Feature(new ol.geom.Point(point)));
  const view = map.getView();
  if (!ol.extent.containsCoordinate(view.calculateExtent(), point)) view.setCenter(point);
}

/** Draw the way of the advised unit, or of the one under way, to the selected call. */
export async function showRoute() {
  const { callId: call, routeUnit: unit } = document.getElementById("call-panel").dataset;
  if (call !== shownCall && lookAt(call, unit)) shownCall = call;
  const wanted = call && unit ? `/api/route?unit=${encodeURIComponent(unit)}&call=${call}` : "";
  if (wanted === shownRoute) return;
  shownRoute = wanted;
  if (!wanted) return sources.route.clear();
  const answer = await fetch(wanted);
  if (wanted === shownRoute) replace(sources.route, answer.ok ? await answer.json() : null);
}

/** Draw the way anew although call and unit are the same: a road was closed or opened. */
export function redrawRoute() {
  shownRoute = "";
  return showRoute();
}

/** A new layer, drawn below so many of those above it; its source. */
export function addLayer(style, below) {
  const source = new ol.source.Vector();
  const all = map.getLayers();
  all.insertAt(all.getLength() - below, new ol.layer.Vector({ source, style }));
  return source;
}

function baseLayer() {
  return new ol.layer.VectorTile({
    source: new ol.source.VectorTile({ format: new ol.format.MVT(), url: "/tiles/{z}/{x}/{y}.mvt", maxZoom: 14 }),
    style: baseStyle,
    declutter: true,
  });
}

/** Show the whole county. */
export function showAll() {
  fit(sources.stations.getExtent(), 13);
}

/** Bring a newly selected call and its unit into view, near enough to read the names. */
function lookAt(callId, unitId) {
  const call = callOverlays.get(callId)?.getPosition();
  if (!call) return false;
  const extent = [...call, ...call];
  const unit = sources.units.getFeatures().find((f) => f.get("id") === unitId);
  if (unit) ol.extent.extend(extent, unit.getGeometry().getExtent());
  fit(extent, 11.5);
  return true;
}

function fit(extent, maxZoom) {
  map.getView().fit(extent, { padding: clearOf(60), maxZoom, duration: still ? 0 : 250 });
}

/** Room for the buttons above and the legend below, which nothing looked at may lie under. */
function clearOf(side) {
  const legend = map.getTargetElement().parentElement.querySelector(".legend")?.offsetHeight ?? 0;
  return [64, side, legend + 26, side];
}

function pick(coordinate, onPoint) {
  const [lon, lat] = ol.proj.toLonLat(coordinate);
  onPoint({ lon, lat });
}

async function readLayer(name) {
  const answer = await fetch(`/api/map/${name}`);
  if (!answer.ok) throw new Error(`map layer ${name}: ${answer.status}`);
  return answer.json();
}

async function loadLayer(name) {
  replace(sources[name], await readLayer(name));
}

async function loadUnits() {
  const units = await readLayer("units");
  const rows = new Map();
  for (const { properties: p } of units.features) {
    if (!p.at_station) continue;
    const row = rows.get(p.station_id) ?? [];
    rows.set(p.station_id, row);
    row.push(p);
  }
  for (const row of rows.values()) row.forEach((p, i) => Object.assign(p, { slot: i, slots: row.length }));
  replace(sources.units, units);
}

async function loadCalls(onCall) {
  const { features } = await readLayer("calls");
  const seen = new Set(features.map((f) => f.properties.id));
  for (const [id, overlay] of callOverlays) {
    if (seen.has(id)) continue;
    map.removeOverlay(overlay);
    callOverlays.delete(id);
  }
  for (const feature of features) drawCall(feature, onCall);
}

/** Open calls are buttons over the canvas: they pulse by style sheet and can be clicked. */
function drawCall({ geometry, properties: p }, onCall) {
  let overlay = callOverlays.get(p.id);
  if (!overlay) {
    const element = document.createElement("button");
    element.type = "button";
    element.tabIndex = -1;
    element.addEventListener("click", () => onCall(p.id));
    overlay = new ol.Overlay({ element, positioning: "center-center" });
    overlay.setPosition(ol.proj.fromLonLat(geometry.coordinates));
    map.addOverlay(overlay);
    callOverlays.set(p.id, overlay);
  }
  const element = overlay.getElement();
  element.className = `call-mark p${p.priority}${p.waiting ? " waiting" : ""}`;
  element.replaceChildren(Object.assign(document.createElement("span"), { textContent: p.priority }));
  // The name holds what is shown, so that speech control finds the button by it.
  const name = t("Call %(number)s on the map", { number: p.number });
  element.setAttribute("aria-label", `${name} · ${p.priority}`);
}

function replace(source, collection) {
  source.clear();
  if (collection) source.addFeatures(format.readFeatures(collection));
}

function isBorder(stationId) {
  const station = sources.stations.getFeatures().find((f) => f.get("id") === stationId);
  return !station || ["border", "station"].includes(station.get("type"));
}
