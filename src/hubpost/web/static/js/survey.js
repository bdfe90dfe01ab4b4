// The field form of a survey: each verdict is kept on the device first, then sent until answered.
import { openQueue } from "./record_queue.js";

const words = JSON.parse(document.getElementById("survey-words").textContent);
const queue = openQueue("hubpost-survey", "answers");
const list = document.getElementById("drawn");
const link = document.getElementById("survey-link");
const said = document.getElementById("survey-said");
const queued = document.getElementById("survey-queued");
let sending = false;

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/records/survey/worker.js", { scope: "/records/survey" }).then(
    async () => { await navigator.serviceWorker.ready; document.body.dataset.worker = "ready"; },
    () => { document.body.dataset.worker = "none"; },
  );
}
list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-verdict]");
  if (button) record(button.closest("[data-ref]").dataset, button.dataset.verdict);
});
document.getElementById("omitted").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.place;
  record({ ref: field.value.trim(), grid: "" }, "omitted");
  event.target.reset();
});
addEventListener("online", send);
addEventListener("offline", () => showLink(false));
start();

async function start() {
  for (const kept of await queue.list()) markDone(kept.ref, kept.verdict);
  await send();
  setInterval(send, 5000);
}

async function record({ ref, grid }, verdict) {
  if (!ref) return;
  await queue.keep({ id: `${list.dataset.survey}:${ref}`, survey: list.dataset.survey, ref, grid: grid || "", verdict });
  markDone(ref, verdict);
  said.textContent = words.kept;
  await send();
}

function markDone(ref, verdict) {
  const row = [...list.children].find((r) => r.dataset.ref === ref);
  if (!row) return;
  row.dataset.done = verdict;
  row.querySelector(".verdict").textContent = words.verdicts[verdict] ?? verdict;
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (const answer of await queue.list()) await sendOne(answer);
    showLink(navigator.onLine);
  } catch {
    showLink(false);
  } finally {
    sending = false;
  }
  const left = (await queue.list()).length;
  queued.dataset.count = left;
  queued.textContent = left ? `${words.queued}: ${left}` : "";
}

async function sendOne(answer) {
  const reply = await fetch("/records/survey/answers", { method: "POST", body: new URLSearchParams(answer) });
  if (reply.status >= 500) throw new Error(reply.status);
  const body = await reply.json();
  // What the server refuses is said with its reason; asking again would not change it.
  said.textContent = reply.ok ? `${words.sent} ${answer.ref}` : `${answer.ref}: ${words.refused}: ${body.message}`;
  if (!reply.ok) markDone(answer.ref, "");
  await queue.drop(answer.id);
}

function showLink(online) {
  link.dataset.state = online ? "online" : "offline";
  link.textContent = online ? words.online : words.offline;
}
