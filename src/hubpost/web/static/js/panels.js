// Keeping panels calm while they refresh: nothing older replaces newer, nothing open is shut.
import { tick } from "./clock.js";
import { t } from "./words.js";

const EVENT_ID_HEADER = "Hubpost-Event-Id";
const CALL_PATH = /^\/calls\/([0-9a-f]+)$/;
const open = new Set();
let pending = 0;
let wantedCall = document.getElementById("call-panel")?.dataset.callId;

/** Ask every panel to refresh, once for a burst of changes, and not under a pressed button. */
export function refreshSoon() {
  clearTimeout(pending);
  pending = setTimeout(() => {
    if (document.querySelector("button:active, summary:active, a:active")) return refreshSoon();
    htmx.trigger(document.body, "hubpost:change");
  }, 40);
}

/** Install the rules that hold for all swaps. */
export function guardSwaps() {
  document.body.addEventListener("htmx:beforeRequest", noteWanted);
  document.body.addEventListener("htmx:beforeSwap", refuseOlder);
  document.body.addEventListener("htmx:beforeSwap", keepTyping);
  document.body.addEventListener("htmx:beforeSwap", rememberOpen);
  document.body.addEventListener("htmx:afterSwap", afterSwap);
  // A form that htmx has not met yet must not leave the page.
  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("hx-post")) event.preventDefault();
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.body.addEventListener(name, (event) => reportFailure(event, name));
  }
}

/** Show a message on the line of notices. */
export function showNotice(text) {
  const notice = document.getElementById("notice");
  notice.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  notice.hidden = false;
  notice.classList.add("shown");
}

export function hideNotice() {
  const notice = document.getElementById("notice");
  notice.hidden = true;
  notice.replaceChildren();
}

/** Which call the dispatcher asked for last; a panel that refreshes itself asks for nothing. */
function noteWanted({ detail: { elt, requestConfig } }) {
  const call = requestConfig.verb === "get" && CALL_PATH.exec(requestConfig.path);
  if (call && elt.id !== "call-panel") wantedCall = call[1];
}

/** An answer about another call than the one wanted now, or older than what is shown, is late. */
function refuseOlder(event) {
  const { xhr, target, requestConfig } = event.detail;
  if (requestConfig.verb !== "get") return;
  const call = CALL_PATH.exec(requestConfig.path);
  const shown = target.matches("[data-event-id]") ? target : target.querySelector("[data-event-id]");
  const answered = Number(xhr.getResponseHeader(EVENT_ID_HEADER));
  const sameCall = !call || shown?.dataset.callId === call[1];
  const older = shown && sameCall && answered < Number(shown.dataset.eventId);
  if ((call && call[1] !== wantedCall) || older) event.detail.shouldSwap = false;
}

/** A panel does not refresh under a half-written field; it does as soon as the field is left. */
function keepTyping(event) {
  const { target, requestConfig } = event.detail;
  const field = document.activeElement;
  if (requestConfig.verb !== "get" || !target.contains(field) || !isBegun(field)) return;
  event.detail.shouldSwap = false;
  field.addEventListener("focusout", refreshSoon, { once: true });
}

function isBegun(field) {
  if (field.matches("select")) return true;
  return field.matches("textarea, input:not([type=radio], [type=checkbox])") && field.value !== field.defaultValue;
}

function rememberOpen(event) {
  for (const details of event.detail.target.querySelectorAll("details[id]")) {
    if (details.open) open.add(details.id);
    else open.delete(details.id);
  }
}

function afterSwap(event) {
  const posted = event.detail.requestConfig?.verb === "post";
  for (const details of document.querySelectorAll("#call-panel details[id]")) {
    // A choice once made closes its list of reasons.
    if (posted && details.matches(".reasons")) open.delete(details.id);
    if (open.has(details.id)) details.open = true;
  }
  const taken = posted && event.detail.target.id === "call-slot";
  if (taken) wantedCall = document.getElementById("call-panel")?.dataset.callId;
  markSelected();
  tick();
}

/** Show in the queue which call is open on the right. */
export function markSelected() {
  const id = document.getElementById("call-panel")?.dataset.callId ?? "";
  for (const link of document.querySelectorAll("#queue [data-call]")) {
    if (link.dataset.call === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function reportFailure(event, name) {
  const said = name === "htmx:responseError" && event.detail.xhr.getResponseHeader(EVENT_ID_HEADER);
  const asked = event.detail.requestConfig?.verb === "post";
  if (!said && asked) showNotice(t("The server did not answer, so it is not known whether it was saved. Check, then try again."));
}
