// The live feed, and a status that never claims more than has been heard from the server.
import { clockText, serverNow, setServerTime } from "./clock.js";
import { t } from "./words.js";

// The server speaks at least every 10 s; after this long a silent line is taken for dead.
const SILENCE_MS = 25000;
const RETRY_MS = 2000;

let source = null;
let lastHeardMs = Date.now();
let lastId = document.body.dataset.eventId;

/** Follow the feed; onChange is called with each change, onReset when all must be read anew. */
export function followFeed(onChange, onReset) {
  const open = () => connect(onChange, onReset);
  open();
  setInterval(() => {
    const silent = Date.now() - lastHeardMs > SILENCE_MS;
    if (silent) showLink("lost", t("no signal from the server"));
    if (silent || source.readyState === EventSource.CLOSED) open();
  }, RETRY_MS);
}

function connect(onChange, onReset) {
  source?.close();
  source = new EventSource(`/feed?after=${lastId}`);
  source.addEventListener("beat", (event) => {
    heard();
    setServerTime(JSON.parse(event.data).now);
  });
  source.addEventListener("change", (event) => {
    heard();
    lastId = event.lastEventId;
    onChange(JSON.parse(event.data));
  });
  source.addEventListener("reset", (event) => {
    heard();
    lastId = event.lastEventId;
    onReset();
  });
  source.onerror = () => {
    showLink("reconnecting", t("reconnecting"));
    if (source.readyState === EventSource.CLOSED) leaveWhenSignedOut().catch(console.warn);
  };
}

/** A feed that is refused for good may mean that the session is over: then the way is to sign in. */
async function leaveWhenSignedOut() {
  const answer = await fetch("/me");
  if (answer.status !== 401) return;
  const here = encodeURIComponent(location.pathname + location.search);
  location.assign(`/sign-in?next=${here}`);
}

function heard() {
  lastHeardMs = Date.now();
  showLink("live", t("live"));
}

function showLink(state, words) {
  const link = document.getElementById("link");
  if (link.dataset.state === state) return;
  link.dataset.state = state;
  link.textContent = words;
  const stale = document.getElementById("stale");
  stale.hidden = state === "live";
  if (state !== "live") {
    stale.textContent = t("The screen may be out of date since %(time)s.", {
      time: clockText(serverNow() - (Date.now() - lastHeardMs)),
    });
  }
}
