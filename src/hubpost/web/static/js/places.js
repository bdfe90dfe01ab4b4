// Choosing the place of a call: by name, or by a point on the map.
import { t } from "./words.js";

const search = () => document.getElementById("place-search");
const hits = () => document.getElementById("place-hits");
let onChosen = () => {};

/** Install the search field's list; chosen is called with {lon, lat} or null. */
export function startPlaces(chosen) {
  onChosen = chosen;
  document.addEventListener("keydown", moveInList);
  document.addEventListener("mousedown", (event) => {
    const hit = event.target.closest("#place-hits [role=option]");
    if (!hit) return showHits(event.target === search());
    event.preventDefault();
    choose(hit);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "place-hits") showHits(hits().children.length > 0);
  });
}

/** Take a point on the map; an area chosen before no longer holds. */
export function choosePoint(lon, lat) {
  setPlace({ lon: lon.toFixed(6), lat: lat.toFixed(6), area: "", name: t("map point") });
}

/** Whether the list of hits is open. */
export function listOpen() {
  return !hits().hidden;
}

export function showHits(shown) {
  const some = shown && hits().children.length > 0;
  hits().hidden = !some;
  search().setAttribute("aria-expanded", String(some));
  if (!some) search().removeAttribute("aria-activedescendant");
}

function options() {
  return [...hits().querySelectorAll("[role=option]")];
}

function moveInList(event) {
  if (event.target !== search() || event.isComposing) return;
  const all = options();
  const at = all.findIndex((o) => o.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    showHits(true);
    if (all.length) select(all, (at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const hit = all[Math.max(at, 0)];
    if (listOpen() && hit) choose(hit);
  }
}

function select(all, idx) {
  all.forEach((o, i) => o.setAttribute("aria-selected", String(i === idx)));
  search().setAttribute("aria-activedescendant", all[idx].id);
  all[idx].scrollIntoView({ block: "nearest" });
}

function choose(hit) {
  setPlace(hit.dataset);
  search().value = hit.dataset.name;
  showHits(false);
}

function setPlace({ lon, lat, area, name }) {
  document.getElementById("call-lon").value = lon;
  document.getElementById("call-lat").value = lat;
  document.getElementById("call-area").value = area;
  const chosen = document.getElementById("place-chosen");
  chosen.textContent = t("Place: %(place)s", {
    place: `${name} ${Number(lon).toFixed(4)}, ${Number(lat).toFixed(4)}`,
  });
  chosen.classList.add("set");
  onChosen({ lon: Number(lon), lat: Number(lat) });
}
