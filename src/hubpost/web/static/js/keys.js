// Keys: n new call, / search, Enter take the advice, Esc leave, ? all of them; any other letter
// goes to the first element that carries it as data-key, on the call before the units.
import { hideNotice } from "./panels.js";
import { listOpen, showHits } from "./places.js";

const TYPED_IN = "input, select, textarea, [contenteditable]";
const help = () => document.getElementById("keys-help");

/** Install the keys. */
export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help().open) return;
    if (event.key === "Escape") return leave();
    if (event.target.closest(TYPED_IN)) return;
    if (event.key.startsWith("Arrow")) return moveWithin(event);
    if (event.key === "?" || event.key === "？") return showHelp(event);
    if (event.key === "n") return go(event, "call-category");
    if (event.key === "/") return go(event, "place-search");
    if (event.key === "u") return goToUnits(event);
    if (event.key === "Enter" && !event.target.closest("button, a, summary, #map")) takeAdvice(event);
    else if (/^[a-z]$/.test(event.key)) useKey(event);
  });
  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-focus]");
    if (way) {
      event.preventDefault();
      document.querySelector(way.dataset.focus)?.focus();
    }
    if (event.target.closest("#show-keys")) help().showModal();
    if (event.target.closest("#close-keys")) help().close();
  });
}

function showHelp(event) {
  event.preventDefault();
  help().showModal();
}

function go(event, id) {
  event.preventDefault();
  document.getElementById(id).focus();
}

function goToUnits(event) {
  event.preventDefault();
  const chip = document.querySelector("#units .chip[aria-pressed=true], #units .chip");
  chip?.focus();
}

/** Press, open or enter what the key stands for; nothing happens when it is not on the screen. */
function useKey(event) {
  const wanted = document.querySelector(`[data-key="${event.key}"]`);
  if (!wanted) return;
  event.preventDefault();
  const within = wanted.matches("summary") ? wanted.parentElement : wanted;
  for (let box = within.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  wanted.focus();
  if (wanted.matches("summary")) wanted.parentElement.querySelector("button, select, input")?.focus();
  else if (wanted.matches("button, a")) wanted.click();
}

/** Arrows move among the calls of the queue and the units of the strip. */
function moveWithin(event) {
  const list = event.target.closest("[data-arrows]");
  if (!list) return;
  const items = [...list.querySelectorAll(list.dataset.arrows)];
  const step = event.key === "ArrowDown" || event.key === "ArrowRight" ? 1 : -1;
  const next = items[items.indexOf(event.target.closest(list.dataset.arrows)) + step];
  event.preventDefault();
  next?.focus();
}

function takeAdvice(event) {
  const button = document.getElementById("take-advice");
  if (!button) return;
  event.preventDefault();
  button.click();
}

/** Close what is open, nearest first: the list, the notice, a list of reasons, the field. */
function leave() {
  if (listOpen()) return showHits(false);
  const notice = document.getElementById("notice");
  if (!notice.hidden) return hideNotice();
  const pop = document.querySelector("details.reasons[open], details.pop[open]");
  if (pop) {
    pop.open = false;
    return pop.querySelector("summary").focus();
  }
  document.activeElement.blur();
}
