// A crew that calls for help is shown over the whole width of every console, and heard, until a
// dispatcher has quietened the sound; the bar stays until the crew is known to be well.
const bar = document.getElementById("alarm");
const words = document.getElementById("alarm-text");
const quietened = new Set();
let sounding = 0;
let audio = null;

/** Install the alarm; it follows what the panel of warnings says. */
export function startAlarm() {
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "warnings-slot") follow();
  });
  document.getElementById("alarm-quiet").addEventListener("click", quieten);
  // Browsers let a page sound only after somebody has touched it.
  document.addEventListener("pointerdown", wake, { once: true });
  document.addEventListener("keydown", wake, { once: true });
}

function follow() {
  const calls = [...document.querySelectorAll("[data-duress]")];
  const said = calls.map((li) => li.textContent.replace(/\s+/g, " ").trim()).join(" · ");
  bar.hidden = calls.length === 0;
  if (words.textContent !== said) words.textContent = said;
  const units = calls.map((li) => li.dataset.duress);
  for (const unit of quietened) if (!units.includes(unit)) quietened.delete(unit);
  const loud = units.some((unit) => !quietened.has(unit));
  if (loud && !sounding) sounding = setInterval(beep, 1200);
  if (!loud) stop();
  if (loud) beep();
  bar.dataset.sound = loud ? "on" : "off";
}

function quieten() {
  for (const li of document.querySelectorAll("[data-duress]")) quietened.add(li.dataset.duress);
  bar.dataset.sound = "off";
  stop();
}

function stop() {
  clearInterval(sounding);
  sounding = 0;
}

function wake() {
  audio ??= new AudioContext();
  audio.resume().catch(() => {});
}

function beep() {
  if (!audio || audio.state !== "running") return;
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = 880;
  gain.gain.value = 0.15;
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
}
