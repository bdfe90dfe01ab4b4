// Keys: n new call, / search, Enter take the advice, Esc leave.
import { hideNotice } from "./panels.js";
import { listOpen, showHits } from "./places.js";

/** Install the keys. */
export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return leave();
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "n") return go(event, "call-category");
    if (event.key === "/") return go(event, "place-search");
    if (event.key === "Enter" && !event.target.closest("button, a, summary, #map")) takeAdvice(event);
  });
}

function go(event, id) {
  event.preventDefault();
  document.getElementById(id).focus();
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
