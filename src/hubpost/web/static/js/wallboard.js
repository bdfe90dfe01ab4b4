// The wallboard reads itself anew after each change, and says so when it hears nothing.
const link = document.getElementById("wall-link");
const wall = document.getElementById("wall");
let heardMs = Date.now();
let wanted = false;
let reading = false;

const source = new EventSource(`/feed?after=${document.body.dataset.eventId}`);
source.addEventListener("beat", heard);
source.addEventListener("change", () => { heard(); refresh(); });
source.addEventListener("reset", () => { heard(); refresh(); });
setInterval(() => { if (Date.now() - heardMs > 25000) show("lost"); }, 2000);
setInterval(refresh, 15000); // timers move without any event

function heard() {
  heardMs = Date.now();
  show("live");
}

function show(state) {
  if (link.dataset.state === state) return;
  link.dataset.state = state;
  link.textContent = link.dataset[state];
}

async function refresh() {
  wanted = true;
  if (reading) return;
  reading = true;
  while (wanted) {
    wanted = false;
    try {
      const answer = await fetch("/wallboard/panel");
      if (answer.ok) wall.innerHTML = await answer.text();
    } catch {
      show("lost");
    }
  }
  reading = false;
}
