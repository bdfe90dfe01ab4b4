// The field form of a survey: each verdict is kept on the device first, then sent until answered.
import { openQueue } from "./record_queue.js";
import { startSender } from "./record_sender.js";

const words = JSON.parse(document.getElementById("survey-words").textContent);
const queue = openQueue("hubpost-survey", "answers");
const list = document.getElementById("drawn");
const sender = startSender({
  prefix: "survey", words, queue, who: list.dataset.who,
  request: ({ who, ...answer }) => ["/records/survey/answers", { method: "POST", body: new URLSearchParams(answer) }],
  label: (answer) => answer.ref,
  refused: (answer) => markDone(answer.ref, ""),
});

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
start();

async function start() {
  for (const kept of await sender.list()) if (!kept.refused) markDone(kept.ref, kept.verdict);
  await sender.send();
}

async function record({ ref, grid }, verdict) {
  if (!ref) return;
  const { survey, who } = list.dataset;
  await queue.keep({ id: `${survey}:${ref}`, survey, ref, grid: grid || "", verdict, who });
  markDone(ref, verdict);
  document.getElementById("survey-said").textContent = words.kept;
  await sender.send();
}

function markDone(ref, verdict) {
  const row = [...list.children].find((r) => r.dataset.ref === ref);
  if (!row) return;
  row.dataset.done = verdict;
  row.querySelector(".verdict").textContent = words.verdicts[verdict] ?? verdict;
}
