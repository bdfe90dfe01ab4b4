// Keeps one page on the device, so that it opens without signal: what is on the network comes first.
// It keeps no answers of the server but the page itself and its parts; entries wait in page queues.

/** Keep the page at `path` with its `parts` in the cache `name`-`version`; older versions go. */
function keepOffline({ name, version, path, parts }) {
  const shell = `${name}-${version}`;
  self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(shell).then((cache) => cache.addAll(parts)).then(() => self.skipWaiting()));
  });
  self.addEventListener("activate", (event) => {
    // Other pages of this console keep caches of their own; only this page's older ones go.
    const old = (kept) => kept.startsWith(`${name}-`) && kept !== shell;
    event.waitUntil(
      caches.keys()
        .then((names) => Promise.all(names.filter(old).map((n) => caches.delete(n))))
        .then(() => self.clients.claim()),
    );
  });
  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    const page = event.request.mode === "navigate" && url.pathname === path;
    if (event.request.method !== "GET" || url.origin !== location.origin) return;
    if (page || parts.includes(url.pathname)) event.respondWith(networkFirst(shell, event.request));
  });
}

async function networkFirst(shell, request) {
  const cache = await caches.open(shell);
  try {
    const answer = await fetch(request);
    // A page that leads to signing in is not the page.
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
