// Before | after: two maps that move as one, and the same simulated day played on both.
import { baseStyle } from "./base_style.js";
import { stationStyle } from "./map_styles.js";
import { callStyle, shadeStyle, unitStyle, wayStyle } from "./simulation_styles.js";
import { makeDay, nextCallS, openCallsAt, unitsAt } from "./simulation_day.js";

const words = JSON.parse(document.getElementById("simulation-words").textContent);
const format = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
const byId = (id) => document.getElementById(id);
const view = new ol.View({ center: [0, 0], zoom: 9, maxZoom: 17, minZoom: 7 });
const sides = {};
let nowS = 0;
let playing = false;
let lastFrameMs = 0;
let listedS = -1;

start();

async function start() {
  const [areas, stations, ...days] = await Promise.all(
    ["/api/simulation/areas", "/api/map/stations", "/api/simulation/day/before", "/api/simulation/day/after"].map(read),
  );
  ["before", "after"].forEach((side, i) => { sides[side] = makeSide(side, areas, stations, makeDay(days[i])); });
  byId("seek").max = days[0].length_s;
  view.fit(sides.before.sources.areas.getExtent(), { padding: [10, 10, 10, 10], size: sides.before.map.getSize() });
  listen();
  show();
  document.body.dataset.ready = "yes";
}

async function read(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

function makeSide(side, areas, stations, day) {
  const names = ["areas", "ways", "stations", "calls", "units"];
  const sources = Object.fromEntries(names.map((n) => [n, new ol.source.Vector()]));
  const styles = {
    areas: (f) => shadeStyle(f.get(side), words.classes), ways: wayStyle, calls: callStyle, units: unitStyle,
    stations: stationStyle,
  };
  const layers = names.map((n) => new ol.layer.Vector({ source: sources[n], style: styles[n] }));
  if (document.body.dataset.basemap === "yes") layers.unshift(baseLayer());
  const map = new ol.Map({
    target: `map-${side}`, layers, view,
    controls: ol.control.defaults.defaults({ attribution: false, rotate: false }),
    interactions: ol.interaction.defaults.defaults({ altShiftDragRotate: false, pinchRotate: false }),
  });
  sources.areas.addFeatures(format.readFeatures(areas));
  const seats = format.readFeatures(stations);
  // Before the plan there are no hubs.
  if (side === "before") for (const seat of seats) seat.set("type", "station");
  sources.stations.addFeatures(seats);
  map.on("pointermove", (event) => point(map, event.pixel));
  return { map, sources, day, table: document.querySelector(`#away-${side} tbody`), open: document.querySelector(`[data-side=${side}] .open-calls`) };
}

function baseLayer() {
  return new ol.layer.VectorTile({
    source: new ol.source.VectorTile({ format: new ol.format.MVT(), url: "/tiles/{z}/{x}/{y}.mvt", maxZoom: 14 }),
    style: baseStyle, declutter: true,
  });
}

function point(map, pixel) {
  const area = map.getFeaturesAtPixel(pixel).find((f) => f.get("before") !== undefined);
  if (!area) return;
  const facts = { name: area.get("name"), before: area.get("before") ?? words.none, after: area.get("after") ?? words.none };
  byId("pointed").textContent = words.pointed.replace(/%\((\w+)\)s/g, (whole, name) => facts[name] ?? whole);
}

function listen() {
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => toggle(button.dataset.show));
  }
  byId("play").addEventListener("click", () => setPlaying(!playing));
  byId("seek").addEventListener("input", (event) => seek(Number(event.target.value)));
  byId("next-call").addEventListener("click", () => seek(nextCallS(sides.before.day, nowS) ?? 0));
}

/** Show both maps, or one alone. */
function toggle(wanted) {
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === wanted));
  }
  for (const figure of document.querySelectorAll("#maps figure")) {
    figure.hidden = wanted !== "both" && figure.dataset.side !== wanted;
  }
  byId("maps").classList.toggle("single", wanted !== "both");
  for (const { map } of Object.values(sides)) map.updateSize();
}

function setPlaying(wanted) {
  playing = wanted;
  const button = byId("play");
  button.textContent = playing ? button.dataset.pause : button.dataset.play;
  if (!playing) return;
  if (nowS >= Number(byId("seek").max)) nowS = 0;
  lastFrameMs = performance.now();
  requestAnimationFrame(step);
}

function step(frameMs) {
  if (!playing) return;
  // A tab that slept must not leap: at most a quarter of a second is made up for.
  const passedS = Math.min(0.25, Math.max(0, frameMs - lastFrameMs) / 1000);
  lastFrameMs = frameMs;
  seek(nowS + passedS * Number(byId("speed").value));
  if (nowS >= Number(byId("seek").max)) return setPlaying(false);
  requestAnimationFrame(step);
}

function seek(second) {
  nowS = Math.min(Number(byId("seek").max), Math.max(0, second));
  show();
}

function show() {
  byId("seek").value = nowS;
  byId("day-clock").textContent = clock(nowS);
  // The lists are for reading: a few times a second is enough while the map runs.
  const listing = !playing || Math.abs(performance.now() - listedS) > 250;
  if (listing) listedS = performance.now();
  for (const side of Object.values(sides)) draw(side, listing);
}

function draw({ sources, day, table, open }, listing) {
  const units = unitsAt(day, nowS);
  const calls = openCallsAt(day, nowS);
  replace(sources.units, units.map((u) => new ol.Feature({ ...u, geometry: new ol.geom.Point(ol.proj.fromLonLat(u.at)) })));
  replace(sources.ways, units.filter((u) => u.leg).map((u) => new ol.Feature({ straight: u.leg.straight, home: !u.leg.call, geometry: u.leg.shape })));
  replace(sources.calls, calls.map((c) => new ol.Feature({ ...c, geometry: new ol.geom.Point(ol.proj.fromLonLat([c.lon, c.lat])) })));
  if (!listing) return;
  open.textContent = words.open + calls.length;
  table.replaceChildren(...units.filter((u) => u.away).map(row));
}

function row(unit) {
  const line = document.createElement("tr");
  line.dataset.unit = unit.id;
  line.dataset.at = unit.at.map((x) => x.toFixed(5)).join(",");
  const share = unit.leg ? `${Math.round(100 * unit.share)} %` : "";
  for (const text of [unit.name, words.states[unit.state] ?? unit.state, unit.call ?? "", share]) {
    line.appendChild(document.createElement("td")).textContent = text;
  }
  line.lastChild.className = "r";
  return line;
}

function replace(source, features) {
  source.clear(true);
  source.addFeatures(features);
}

function clock(second) {
  const whole = Math.floor(second);
  return [whole / 3600, (whole / 60) % 60, whole % 60].map((n) => String(Math.floor(n)).padStart(2, "0")).join(":");
}
