// The visit screen: keeps each visit on the device first, then sends it; again until it is answered.
import { dropVisit, keepVisit, listVisits } from "./visit_queue.js";

const words = JSON.parse(document.getElementById("visit-words").textContent);
const form = document.getElementById("visit");
const link = document.getElementById("visit-link");
const said = document.getElementById("visit-said");
const queued = document.getElementById("visit-queued");
let sending = false;

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/records/visit/worker.js", { scope: "/records/visit" }).then(
    async () => { await navigator.serviceWorker.ready; document.body.dataset.worker = "ready"; },
    () => { document.body.dataset.worker = "none"; },
  );
}
form.addEventListener("submit", record);
addEventListener("online", send);
addEventListener("offline", () => showLink(false));
send();
setInterval(send, 5000);

async function record(event) {
  event.preventDefault();
  const fields = { extra: {} };
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith("extra_")) fields.extra[name.slice(6)] = value;
    else fields[name] = value;
  }
  // "Nothing to report" sends what was visited and where, and nothing else.
  if (event.submitter?.dataset.nothing !== undefined) {
    for (const name of ["note", "dispute", "hazard"]) fields[name] = "";
    fields.extra = {};
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  await keepVisit({ ...fields, id, station_id: form.dataset.station, at: new Date().toISOString() });
  form.reset();
  said.textContent = words.kept;
  await send();
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (const visit of await listVisits()) await sendOne(visit);
    showLink(navigator.onLine);
  } catch {
    showLink(false);
  } finally {
    sending = false;
  }
  await count();
}

async function sendOne(visit) {
  const answer = await fetch("/records/visits", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...visit, sent_at: new Date().toISOString() }),
  });
  if (answer.status >= 500) throw new Error(answer.status);
  const body = await answer.json();
  // What the server refuses is said with its reason; asking again would not change it.
  said.textContent = answer.ok ? `${words.sent} ${body.number}` : `${words.refused}: ${body.message}`;
  await dropVisit(visit.id);
}

async function count() {
  const left = (await listVisits()).length;
  queued.dataset.count = left;
  queued.textContent = left ? `${words.queued}: ${left}` : "";
}

function showLink(online) {
  link.dataset.state = online ? "online" : "offline";
  link.textContent = online ? words.online : words.offline;
}
