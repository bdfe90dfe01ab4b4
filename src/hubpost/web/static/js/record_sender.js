// Sends what waits in a page's queue. What the server refuses stays, with its reason, until whoever
// entered it has read that; what it cannot take now (no signal, signed out) waits.
import { askServer, mayPassLater, sendAgain } from "./send_again.js";

/**
 * Send a queue's entries, oldest first, and show how it stands in the page's `prefix`-… nodes.
 * `request(entry)` gives address and options; `label(entry)` says which it was; entries belong to
 * `who` entered them, and are not sent under another name.
 */
export function startSender({ prefix, words, queue, who, request, label, refused = () => {} }) {
  const node = (part) => document.getElementById(`${prefix}-${part}`);
  const list = async () => (await queue.list()).filter((e) => !e.who || e.who === who);
  addEventListener("offline", () => showLink("offline"));

  async function sendAll() {
    let state = navigator.onLine ? "online" : "offline";
    // What waits is shown before anything is sent: over a half-dead line a try lasts long.
    await show();
    try {
      for (const entry of (await list()).filter((e) => !e.refused)) {
        state = (await sendOne(entry)) ?? state;
        if (state === "signed_out") break;
      }
    } catch {
      state = "offline";
    }
    showLink(state);
    await show();
    return state === "online";
  }

  async function sendOne(entry) {
    const answer = await askServer(...request(entry));
    if (answer.status === 401) return "signed_out";
    if (mayPassLater(answer.status)) throw new Error(answer.status);
    const body = await answer.json().catch(() => ({ message: String(answer.status) }));
    if (answer.ok) {
      node("said").textContent = `${words.sent} ${label(entry, body)}`;
      await queue.drop(entry.id);
    } else {
      await queue.keep({ ...entry, refused: body.message || body.code });
      refused(entry);
    }
    return null;
  }

  /** How many wait, and what was refused. */
  async function show() {
    const kept = await list();
    const left = kept.filter((e) => !e.refused).length;
    node("queued").dataset.count = left;
    node("queued").textContent = left ? `${words.queued}: ${left}` : "";
    node("refused").replaceChildren(...kept.filter((e) => e.refused).map(refusal));
  }

  /** A refused entry with its reason: sent again when that is mended, or let go. */
  function refusal(entry) {
    const item = document.createElement("li");
    const again = button(words.again, async () => { await queue.keep({ ...entry, refused: "" }); await send(); });
    const done = button(words.dismiss, async () => { await queue.drop(entry.id); await show(); });
    item.append(`${label(entry)} ${words.refused}: ${entry.refused} `, again, " ", done);
    return item;
  }

  function showLink(state) {
    const link = node("link");
    link.dataset.state = state === "signed_out" ? "offline" : state;
    link.textContent = words[state];
    if (state !== "signed_out") return;
    const way = document.createElement("a");
    way.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    way.textContent = words.sign_in;
    link.append(" ", way);
  }

  const send = sendAgain(sendAll);
  return { send, list };
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
}
