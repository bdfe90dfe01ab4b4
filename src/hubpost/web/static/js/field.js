// The field page: shows the crew's calls, keeps each tap at once, and sends the queue when it can.
import {
  dropConflict, dropTap, findSeen, keepConflict, keepSeen, keepTap, listConflicts, listPhotos, listTaps,
} from "./field_queue.js";
import { PURPOSES, sendPhotos, takePhoto } from "./field_photo.js";
import { routeNode } from "./field_route.js";
import { askServer, sendAgain } from "./send_again.js";

const words = JSON.parse(document.getElementById("field-words").textContent);
const refusals = JSON.parse(document.getElementById("field-refusals")?.textContent ?? "{}");
const unit = document.body.dataset.unit;
const link = document.getElementById("field-link");
const NEXT = { acknowledge: "acknowledged_at", "set-off": "enroute_at", arrive: "arrived_at" };
let state = null;
let before = null;
let drawn = "";
// Two senders: a slow photo must not hold up a tap, least of all a call for help.
const sync = sendAgain(syncOnce);
const syncPhotos = sendAgain(photosOnce);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/field/worker.js", { scope: "/field" }).then(
    async () => { await navigator.serviceWorker.ready; document.body.dataset.worker = "ready"; },
    () => { document.body.dataset.worker = "none"; },
  );
}
if (unit) start();

async function start() {
  state = (await findSeen(unit)) ?? null;
  document.getElementById("field-duress").addEventListener("click", () => tap("duress", state?.unit.call_id ?? ""));
  addEventListener("offline", () => showLink(false));
  await render();
  await sync();
  await syncPhotos();
  watchPosition();
}

async function tap(step, callId, text = "") {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  await keepTap({ id, unit, step, call_id: callId, text, at: new Date().toISOString() });
  await render();
  await sync();
}

/** Send what waits, then read what is new; says whether it got through. */
async function syncOnce() {
  let through = false;
  try {
    await sendTaps();
    const answer = await askServer(`/field/state?unit=${encodeURIComponent(unit)}`);
    if (!answer.ok) throw new Error(answer.status);
    before = state;
    state = await answer.json();
    state.routes = await readRoutes(state);
    state.seen = new Date().toISOString();
    await keepSeen(unit, state);
    showLink(true);
    through = true;
  } catch (error) {
    if (error.message === "401" || error.message === "403") await showSignedOut();
    else showLink(false);
  }
  await render();
  return through;
}

/** Photos go after the taps that were made before them; without any there is nothing to ask. */
async function photosOnce() {
  const behind = (await listTaps()).some((t) => t.unit === unit);
  if (behind) return false;
  try {
    await sendPhotos(unit);
  } catch {
    return false;
  } finally {
    await render();
  }
  return true;
}

/** The ways to the calls, each asked for once in two minutes; the last one known stays. */
async function readRoutes(now) {
  const known = state?.routes ?? before?.routes ?? {};
  const routes = {};
  for (const call of now.calls.filter((c) => !c.stacked && !c.response?.arrived_at)) {
    const held = known[call.id];
    const fresh = held && Date.now() - Date.parse(held.read) < 120000;
    routes[call.id] = fresh ? held : (await readRoute(call.id)) ?? held;
  }
  return routes;
}

async function readRoute(callId) {
  const query = new URLSearchParams({ unit, call: callId });
  const answer = await askServer(`/field/route?${query}`);
  return answer.ok ? { ...(await answer.json()), read: new Date().toISOString() } : null;
}

async function sendTaps() {
  const taps = (await listTaps()).filter((t) => t.unit === unit).slice(0, 200);
  if (!taps.length) return;
  const actions = taps.map(({ id, step, at, call_id, text }) => ({ id, step, at, call_id, text }));
  const answer = await askServer(`/api/v1/units/${encodeURIComponent(unit)}/sync`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sent_at: new Date().toISOString(), actions }),
  });
  // A queue the server cannot read stays; a crew's taps are never thrown away unseen.
  if (!answer.ok) throw new Error(answer.status);
  for (const [i, result] of (await answer.json()).results.entries()) {
    if (result.outcome === "conflict") {
      await keepConflict({ id: result.id, step: taps[i].step, at: result.at, message: refusalText(result) });
    }
    await dropTap(taps[i].seq);
  }
}

/** Who is not signed in sees no calls, also none kept from before; what was tapped waits. */
async function showSignedOut() {
  state = null;
  await keepSeen(unit, null);
  link.dataset.state = "offline";
  const way = line("a", words.sign_in);
  way.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.replaceChildren(`${words.signed_out} `, way);
}

function showLink(online) {
  link.dataset.state = online ? "online" : "offline";
  link.textContent = online ? words.online : words.offline;
}

/** Draw what has changed; under a finger or a half-written note nothing is redrawn. */
async function render() {
  const taps = (await listTaps()).filter((t) => t.unit === unit);
  const photos = (await listPhotos()).filter((p) => p.unit === unit);
  const waiting = taps.length + photos.length;
  const queued = document.getElementById("field-queued");
  queued.textContent = waiting ? `${words.queued}: ${waiting}` : "";
  queued.dataset.count = waiting;
  renderConflicts(await listConflicts());
  renderDuress(taps);
  const calls = state?.calls ?? [];
  const shown = JSON.stringify([calls, state?.routes, taps, photos.map((p) => p.id)]);
  const list = document.getElementById("field-calls");
  const writing = list.contains(document.activeElement) && document.activeElement.value;
  if (shown === drawn || writing) return;
  drawn = shown;
  const nodes = calls.map((call) => callNode(call, taps, photos));
  list.replaceChildren(...(nodes.length ? nodes : [line("p", words.no_call)]));
}

/** Whether help was called: waiting on this device, or known to the command room. */
function renderDuress(taps) {
  const said = document.getElementById("field-help");
  const waiting = taps.some((t) => t.step === "duress");
  const since = state?.unit.duress_at;
  said.hidden = !waiting && !since;
  said.textContent = waiting ? `${words.duress_sent} · ${words.queued}` : since ? `${words.duress_sent} ${clock(since)}` : "";
}

/** Why a tap was not applied, in the crew's words; the server says a code and facts. */
function refusalText({ code, message, detail }) {
  const said = refusals[code];
  if (!said) return message;
  const number = state?.calls.find((c) => c.id === detail.call_id)?.number ?? "";
  const facts = { unit: document.body.dataset.name, call: number };
  return said.replace(/%\((\w+)\)s/g, (whole, name) => facts[name] ?? "");
}

function callNode(call, taps, photos) {
  const node = document.createElement("section");
  node.className = "call";
  node.dataset.call = call.id;
  const done = doneSteps(call, taps);
  node.append(line("h2", `${call.number} · ${call.category} · ${call.priority}`), line("p", call.place));
  for (const [flag, text] of [[call.danger, words.danger], [!call.confirmed, words.unconfirmed], [call.exercise, words.exercise], [call.stacked, words.stacked]]) {
    if (flag) node.append(line("p", text, "bad"));
  }
  if (call.note) node.append(line("p", call.note));
  for (const note of call.notes) node.append(line("p", `${clock(note.at)} ${note.text}`, "hint"));
  if (call.others.length) node.append(line("p", `${words.others}: ${call.others.join(", ")}`, "hint"));
  const way = document.createElement("a");
  way.href = `geo:${call.lat},${call.lon}?q=${call.lat},${call.lon}`;
  way.textContent = words.navigate;
  const route = routeNode(state.routes?.[call.id], words);
  node.append(...(route ? [route, way] : [way]));
  if (!call.stacked) node.append(...buttons(call, done), photoForm(call));
  for (const p of photos.filter((p) => p.call_id === call.id)) {
    node.append(line("p", `${words.photo} ${words[`photo_${p.purpose}`]} ${clock(p.at)} · ${words.queued}`, "pending"));
  }
  for (const t of taps.filter((t) => t.call_id === call.id)) {
    node.append(line("p", `${words[t.step]} ${words.done_at} ${clock(t.at)} · ${words.queued}`, "pending"));
  }
  return node;
}

function doneSteps(call, taps) {
  const done = new Set(taps.filter((t) => t.call_id === call.id).map((t) => t.step));
  for (const [step, field] of Object.entries(NEXT)) if (call.response?.[field]) done.add(step);
  if (call.response?.feedback_at) done.add("feedback");
  return done;
}

function buttons(call, done) {
  const steps = [];
  const arrived = done.has("arrive");
  if (!arrived) {
    if (!done.has("acknowledge") && !done.has("set-off")) steps.push("acknowledge");
    if (!done.has("set-off")) steps.push("set-off");
    steps.push("arrive");
  } else if (!done.has("clear")) {
    steps.push("check", ...(done.has("feedback") ? [] : ["feedback"]), "clear");
  }
  const made = steps.map((step, i) => stepButton(step, i === 0, () => tap(step, call.id)));
  if (!done.has("clear")) made.push(noteForm(call));
  return made;
}

function stepButton(step, first, act) {
  const button = line("button", words[step], first ? "now" : "");
  button.type = "button";
  button.dataset.step = step;
  button.addEventListener("click", act);
  return button;
}

function noteForm(call) {
  const form = document.createElement("form");
  const input = document.createElement("input");
  input.maxLength = 300;
  input.setAttribute("aria-label", words.note);
  form.append(input, line("button", words.note));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) tap("note", call.id, input.value.trim());
  });
  return form;
}

/** A photo is taken for a purpose, from the camera, and only when somebody chooses to. */
function photoForm(call) {
  const box = document.createElement("details");
  box.className = "photo-form";
  box.append(line("summary", words.photo));
  const purpose = document.createElement("select");
  purpose.setAttribute("aria-label", words.photo_for);
  purpose.append(...PURPOSES.map((p) => Object.assign(line("option", words[`photo_${p}`]), { value: p })));
  const file = document.createElement("input");
  Object.assign(file, { type: "file", accept: "image/*", id: `photo-${call.id}` });
  file.setAttribute("capture", "environment");
  file.setAttribute("aria-label", words.photo_take);
  const said = line("p", words.photo_hint, "hint");
  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    const kept = await takePhoto(file.files[0], unit, call.id, purpose.value);
    file.value = "";
    if (!kept) said.textContent = words.photo_unreadable;
    await render();
    await syncPhotos();
  });
  box.append(purpose, file, said);
  return box;
}

function renderConflicts(conflicts) {
  const nodes = conflicts.map((c) => {
    const node = line("div", `${words[c.step]} ${clock(c.at)} ${words.conflict} · ${c.message}`, "conflict");
    const button = line("button", words.dismiss);
    button.addEventListener("click", async () => { await dropConflict(c.id); await render(); });
    node.append(button);
    return node;
  });
  document.getElementById("field-conflicts").replaceChildren(...nodes);
}

function line(tag, text, name = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  if (name) node.className = name;
  return node;
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function watchPosition() {
  let lastMs = 0;
  navigator.geolocation?.watchPosition((fix) => {
    if (Date.now() - lastMs < 15000) return;
    lastMs = Date.now();
    const { longitude: lon, latitude: lat, accuracy } = fix.coords;
    fetch(`/api/v1/units/${encodeURIComponent(unit)}/position`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        lon, lat, accuracy_m: accuracy,
        fixed_at: new Date(fix.timestamp).toISOString(), sent_at: new Date().toISOString(),
      }),
    }).catch(() => {}); // a lost fix is replaced by the next one
  }, () => {}, { enableHighAccuracy: true, maximumAge: 10000 });
}
