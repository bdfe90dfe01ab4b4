// The county's clock, waiting times and arrivals that are overdue; all by the server's time.
import { t } from "./words.js";

const zone = document.body.dataset.zone;
const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit",
});
let aheadMs = 0;

/** Take over the server's time: the machine's own clock may be wrong. */
export function setServerTime(iso) {
  aheadMs = Date.parse(iso) - Date.now();
}

/** The server's time now, in milliseconds. */
export function serverNow() {
  return Date.now() + aheadMs;
}

export function clockText(ms) {
  return format.format(new Date(ms));
}

function ageText(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const pad = (n) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}:${pad(s % 60)}`;
  return `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`;
}

/** Bring every timer on the page up to date. */
export function tick() {
  const now = serverNow();
  document.getElementById("clock").textContent = clockText(now);
  for (const timer of document.querySelectorAll("[data-since]")) {
    timer.textContent = ageText((now - Date.parse(timer.dataset.since)) / 1000);
  }
  for (const due of document.querySelectorAll("[data-due]")) markOverdue(due, now);
}

function markOverdue(due, now) {
  const late = now > Date.parse(due.dataset.due);
  if (late === due.classList.contains("overdue")) return;
  due.classList.toggle("overdue", late);
  if (late) due.append(" ", Object.assign(document.createElement("strong"), { textContent: t("overdue") }));
}

/** Start the clock at the time the page was made. */
export function startClock() {
  setServerTime(document.body.dataset.now);
  tick();
  setInterval(tick, 1000);
}
