// The plan workbench: a station is dragged to a hub on the map; the select does the same by hand.
let held = null;

document.addEventListener("pointerdown", (event) => {
  const station = stationAt(event);
  if (!station || station.classList.contains("hub")) return;
  held = station.dataset.id;
  station.closest("svg").classList.add("dragging");
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const over = stationAt(event);
  for (const g of document.querySelectorAll("#plan-result .station.over")) g.classList.remove("over");
  if (over && over.classList.contains("hub")) over.classList.add("over");
});

document.addEventListener("pointerup", (event) => {
  if (!held) return;
  const station = held;
  const over = stationAt(event);
  drop();
  if (over && over.classList.contains("hub")) giveTo(station, over.dataset.id);
});

document.addEventListener("pointercancel", drop);

// The answer of a check also tells what the address of this draft is.
document.addEventListener("htmx:afterSwap", (event) => {
  const key = document.getElementById("plan-result")?.dataset.key;
  const field = document.querySelector(".compare [name=plan]");
  if (key && field) field.value = key;
});

document.addEventListener("change", (event) => {
  const row = event.target.closest?.(".scores tr");
  if (row) row.classList.toggle("moved", !chosenAtFirst(event.target));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) document.getElementById("notice").hidden = true;
});

function giveTo(station, hub) {
  const select = document.getElementById(`hub-of-${station}`);
  if (!select || select.value === hub) return;
  select.value = hub;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function chosenAtFirst(select) {
  return select.selectedOptions?.[0]?.defaultSelected ?? true;
}

function stationAt(event) {
  const found = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("#plan-result .station");
  return found ?? null;
}

function drop() {
  held = null;
  document.querySelector("svg.dragging")?.classList.remove("dragging");
  for (const g of document.querySelectorAll("#plan-result .station.over")) g.classList.remove("over");
}
