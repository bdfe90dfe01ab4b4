// A member's page looks for alerts by itself, and shakes the phone when there is a new one.
const alerts = document.getElementById("member-alerts");
const link = document.getElementById("member-link");
const known = () => new Set([...alerts.querySelectorAll("[data-alert]")].map((n) => n.dataset.alert));
history.replaceState(null, "", location.href); // an answer is not sent again by a reload
setInterval(refresh, 8000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

async function refresh() {
  try {
    const answer = await fetch(document.body.dataset.panel);
    if (answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    const before = known();
    const text = await answer.text();
    // Nothing is drawn anew under a finger.
    if (alerts.querySelector("button:active")) return;
    alerts.innerHTML = text;
    link.textContent = "";
    if ([...known()].some((id) => !before.has(id))) navigator.vibrate?.([400, 200, 400]);
  } catch {
    link.textContent = link.dataset.lost;
  }
}
