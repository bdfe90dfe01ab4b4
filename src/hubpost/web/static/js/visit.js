// The visit screen: keeps each visit on the device first, then sends it; again until it is answered.
import { openQueue } from "./record_queue.js";
import { startSender } from "./record_sender.js";

const words = JSON.parse(document.getElementById("visit-words").textContent);
const form = document.getElementById("visit");
const queue = openQueue("hubpost-visit", "visits");
const { send } = startSender({
  prefix: "visit", words, queue, who: form.dataset.who,
  request: ({ who, ...visit }) => ["/records/visits", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...visit, sent_at: new Date().toISOString() }),
  }],
  label: (visit, body) => body?.number ?? [clock(visit.at), visit.place_ref, visit.note].filter(Boolean).join(" "),
});

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/records/visit/worker.js", { scope: "/records/visit" }).then(
    async () => { await navigator.serviceWorker.ready; document.body.dataset.worker = "ready"; },
    () => { document.body.dataset.worker = "none"; },
  );
}
form.addEventListener("submit", record);
send();

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
  const { station: station_id, who } = form.dataset;
  await queue.keep({ ...fields, id, station_id, who, at: new Date().toISOString() });
  form.reset();
  document.getElementById("visit-said").textContent = words.kept;
  await send();
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
