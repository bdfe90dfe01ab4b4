// Closed roads: drawn on the map by clicks, listed, lifted, put in force by the clock; reach.
import { addLayer, redrawRoute } from "./board_map.js";
import { serverNow } from "./clock.js";
import { closureStyle, drawingStyle, reachStyle } from "./road_styles.js";
import { t } from "./words.js";

const format = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
const LONGEST_MS = 2 ** 31 - 1;
const byId = (id) => document.getElementById(id);
let layers = null;
let points = [];
let alarm = 0;
let reachWanted = "";

/** Draw the layers and install the tools; the map must be there. */
export async function startRoads() {
  layers = { reach: addLayer(reachStyle, 6), closures: addLayer(closureStyle, 3), drawing: addLayer(drawingStyle, 3) };
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChoice);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") setDrawing(false); });
  document.body.addEventListener("htmx:afterSettle", onSettled);
  document.body.addEventListener("hubpost:roads", clearDrawing);
  document.body.addEventListener("htmx:afterRequest", askAtOnce);
  onSettled();
  await refreshRoads();
}

/** Read closures anew, with all that is drawn by their light. */
export async function refreshRoads() {
  if (!layers) return;
  await Promise.all([load(layers.closures, "/api/roads/closures"), redrawRoute(), showReach()]);
}

/** While a road is being drawn, a click on the map is a point of it: true. */
export function takeRoadPoint(place) {
  if (!isDrawing()) return false;
  points.push(`${place.lon.toFixed(6)},${place.lat.toFixed(6)}`);
  showDrawing().catch(console.warn);
  return true;
}

function isDrawing() {
  return byId("road-draw")?.getAttribute("aria-pressed") === "true";
}

function setDrawing(on) {
  byId("road-draw")?.setAttribute("aria-pressed", String(on));
  byId("map").classList.toggle("drawing", on);
  byId("road-tools")?.classList.toggle("drawing", on);
  if (on && !points.length) say(t("Click on the road on the map; a second point closes the road between."));
}

function say(text) {
  const line = byId("road-drawn");
  if (line) line.textContent = text;
}

/** Ask which stretch of road the points mean, and show it before it is closed. */
async function showDrawing() {
  const wanted = points.join(";");
  byId("road-points").value = wanted;
  byId("road-close").disabled = true;
  if (!wanted) {
    layers.drawing.clear();
    return setDrawing(isDrawing());
  }
  const answer = await fetch(`/api/roads/stretch?points=${encodeURIComponent(wanted)}`);
  const found = await answer.json();
  if (wanted !== points.join(";")) return;
  if (!answer.ok) {
    points.pop();
    byId("road-points").value = points.join(";");
    byId("road-close").disabled = !points.length;
    return say(found.error);
  }
  replace(layers.drawing, found);
  byId("road-close").disabled = false;
  say(drawnText(found));
}

function drawnText({ geometry, properties: p }) {
  if (!p.snapped) return t("straight line: this county has no roads");
  const road = p.road || t("unnamed road");
  if (geometry.type === "Point") return t("%(road)s · one point", { road });
  return t("%(road)s · %(metres)s m", { road, metres: p.length_m });
}

/** What was drawn is in force: the next form is a new one. */
function clearDrawing() {
  points = [];
  const form = byId("road-form");
  form.reset();
  form.elements.request_id.value = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  setDrawing(false);
  showTimes(form);
  showDrawing().catch(console.warn);
}

function onClick({ target }) {
  if (target.closest("#road-draw")) setDrawing(!isDrawing());
  if (target.closest("#road-undo")) {
    points.pop();
    showDrawing().catch(console.warn);
  }
  if (target.closest("#reach-show")) toggleReach();
}

function onChoice({ target }) {
  if (target.closest("#road-form")) showTimes(target.form);
  if (target.closest("#reach-station, #reach-group") && reachWanted) toggleReach(true);
}

function showTimes(form) {
  for (const select of form.querySelectorAll("select[data-time]")) {
    const field = form.elements[select.dataset.time];
    field.hidden = select.value !== "time";
    field.required = !field.hidden;
  }
}

/** Who changed the roads wants the new advice now, and need not wait for the feed to tell. */
function askAtOnce({ detail: { requestConfig, successful } }) {
  const panel = document.getElementById("call-panel");
  if (!successful || requestConfig.verb !== "post" || !requestConfig.path.startsWith("/roads/")) return;
  if (!panel?.dataset.callId) return;
  const url = `/calls/${panel.dataset.callId}`;
  // The feed may ask again meanwhile; then this answer is no longer wanted, which is no fault.
  htmx.ajax("GET", url, { target: "#call-slot", swap: "innerHTML" })?.catch(() => {});
}

/** Wake when the next closure begins or ends by the clock: nobody will send an event for it. */
function onSettled() {
  const list = byId("roads-list");
  if (!list) return;
  const count = Number(list.dataset.inForce);
  Object.assign(byId("road-count"), { textContent: count || "", hidden: !count });
  clearTimeout(alarm);
  if (!list.dataset.nextChange) return;
  const wait = Date.parse(list.dataset.nextChange) - serverNow() + 250;
  alarm = setTimeout(() => {
    htmx.trigger(document.body, "hubpost:change");
    refreshRoads().catch(console.warn);
  }, Math.min(Math.max(wait, 250), LONGEST_MS));
}

function toggleReach(on = !reachWanted) {
  const station = encodeURIComponent(byId("reach-station").value);
  reachWanted = on ? `/api/roads/reach?station=${station}&group=${byId("reach-group").checked}` : "";
  showReach().catch(console.warn);
}

async function showReach() {
  const wanted = reachWanted;
  const button = byId("reach-show");
  if (!button) return;
  button.setAttribute("aria-pressed", String(Boolean(wanted)));
  byId("reach-legend").hidden = !wanted;
  if (!wanted) return layers.reach.clear();
  byId("reach-state").textContent = t("Reach is being computed …");
  await load(layers.reach, wanted, () => wanted === reachWanted);
  byId("reach-state").textContent = "";
}

async function load(source, url, still = () => true) {
  const answer = await fetch(url);
  if (answer.ok && still()) replace(source, await answer.json());
}

function replace(source, document) {
  const features = format.readFeatures(document);
  source.clear();
  source.addFeatures(features);
}
