// One sender at a time, and never a wish lost: who asks while one try runs is served right after it.
// A try that fails is followed by another soon, later and later; signal in a valley comes and goes.
const EVERY_MS = 5000;
const FIRST_MS = 500;

/** Call `send` when asked, on regained signal, and again until it says that it got through. */
export function sendAgain(send) {
  let running = false;
  let asked = false;
  let failures = 0;
  let timer = 0;

  async function ask() {
    asked = true;
    if (running) return;
    running = true;
    clearTimeout(timer);
    while (asked) {
      asked = false;
      failures = (await send().catch(() => false)) ? 0 : failures + 1;
    }
    running = false;
    timer = setTimeout(ask, failures ? Math.min(EVERY_MS, FIRST_MS * 2 ** failures) : EVERY_MS);
  }

  addEventListener("online", () => { failures = 0; ask(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  return ask;
}

/** A request that gives up: a half-dead line must not hold the queue for ever. */
export const askServer = (url, options = {}, mostMs = 20000) =>
  fetch(url, { ...options, signal: AbortSignal.timeout?.(mostMs) });

/** Answers after which the same thing is worth sending again: not signed in, too many, server down. */
export const mayPassLater = (status) => [401, 408, 425, 429].includes(status) || status >= 500;
