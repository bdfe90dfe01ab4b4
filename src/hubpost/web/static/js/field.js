// The field page: shows the crew's calls, keeps each tap at once, and sends the queue when it can.
import {
  dropConflict, dropTap, findSeen, keepConflict, keepSeen, keepTap, listConflicts, listTaps,
} from "./field_queue.js";

const words = JSON.parse(document.getElementById("field-words").textContent);
const unit = document.body.dataset.unit;
const link = document.getElementById("field-link");
const NEXT = { acknowledge: "acknowledged_at", "set-off": "enroute_at", arrive: "arrived_at" };
let state = null;
let sending = false;

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
  addEventListener("online", sync);
  addEventListener("offline", () => showLink(false));
  await render();
  await sync();
  setInterval(sync, 5000);
  watchPosition();
}

async function tap(step, callId, text = "") {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  await keepTap({ id, unit, step, call_id: callId, text, at: new Date().toISOString() });
  await render();
  await sync();
}

async function sync() {
  if (sending) return;
  sending = true;
  try {
    await sendTaps();
    const answer = await fetch(`/field/state?unit=${encodeURIComponent(unit)}`);
    if (!answer.ok) throw new Error(answer.status);
    state = await answer.json();
    state.seen = new Date().toISOString();
    await keepSeen(unit, state);
    showLink(true);
  } catch {
    showLink(false);
  } finally {
    sending = false;
  }
  await render();
}

async function sendTaps() {
  const taps = (await listTaps()).filter((t) => t.unit === unit).slice(0, 200);
  if (!taps.length) return;
  const actions = taps.map(({ id, step, at, call_id, text }) => ({ id, step, at, call_id, text }));
  const answer = await fetch(`/api/v1/units/${encodeURIComponent(unit)}/sync`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sent_at: new Date().toISOString(), actions }),
  });
  // A queue the server cannot read stays; a crew's taps are never thrown away unseen.
  if (!answer.ok) throw new Error(answer.status);
  for (const [i, result] of (await answer.json()).results.entries()) {
    if (result.outcome === "conflict") {
      await keepConflict({ id: result.id, step: taps[i].step, at: result.at, message: result.message });
    }
    await dropTap(taps[i].seq);
  }
}

function showLink(online) {
  link.dataset.state = online ? "online" : "offline";
  link.textContent = online ? words.online : words.offline;
}

async function render() {
  const taps = (await listTaps()).filter((t) => t.unit === unit);
  const queued = document.getElementById("field-queued");
  queued.textContent = taps.length ? `${words.queued}: ${taps.length}` : "";
  queued.dataset.count = taps.length;
  renderConflicts(await listConflicts());
  const calls = state?.calls ?? [];
  const nodes = calls.map((call) => callNode(call, taps));
  document.getElementById("field-calls").replaceChildren(...(nodes.length ? nodes : [line("p", words.no_call)]));
}

function callNode(call, taps) {
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
  node.append(way);
  if (!call.stacked) node.append(...buttons(call, done));
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
