// The console page: wires feed, panels, map, places and keys together.
import { startAlarm } from "./alarm.js";
import { startClock } from "./clock.js";
import { followFeed } from "./feed.js";
import { markPlace, refreshGroups, refreshMap, showAll, showRoute, startMap } from "./board_map.js";
import { startKeys } from "./keys.js";
import { guardSwaps, hideNotice, markSelected, refreshSoon } from "./panels.js";
import { choosePoint, startPlaces } from "./places.js";
import { refreshRoads, startRoads, takeRoadPoint } from "./roads.js";

let mapPending = 0;

function selectCall(id) {
  const url = `/calls/${id}`;
  htmx.ajax("GET", url, { target: "#call-slot", swap: "innerHTML" });
  history.replaceState(null, "", `/?call=${id}`);
}

function refreshMapSoon() {
  clearTimeout(mapPending);
  mapPending = setTimeout(() => refreshMap(selectCall).catch(console.warn), 60);
}

function onChange(change) {
  refreshSoon();
  refreshMapSoon();
  if (change.kind === "GroupsFormed") refreshGroups().catch(console.warn);
  if (change.kind.startsWith("Road")) refreshRoads().catch(console.warn);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) hideNotice();
  if (event.target.closest("#show-all")) showAll();
});

document.body.addEventListener("hubpost:taken", () => {
  markPlace(null);
  // The next thing to do is on this button; Enter takes the advice.
  setTimeout(() => document.getElementById("take-advice")?.focus(), 0);
});

document.body.addEventListener("hubpost:show-call", (event) => selectCall(event.detail.id));

document.body.addEventListener("htmx:afterSettle", () => showRoute().catch(console.warn));

startClock();
startAlarm();
guardSwaps();
startKeys();
startPlaces(markPlace);
markSelected();
startMap((p) => takeRoadPoint(p) || choosePoint(p.lon, p.lat), selectCall).then(startRoads).catch(console.warn);
followFeed(onChange, () => location.reload());
