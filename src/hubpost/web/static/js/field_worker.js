// Keeps the field page on the device, so that it opens without signal. It keeps no answers of the
// server: what a crew did waits in the page's own queue, and what it saw in the page's own store.
const SHELL = "hubpost-field-2";
const PARTS = [
  "/static/live.css", "/static/js/field.js", "/static/js/field_queue.js", "/static/js/field_photo.js",
  "/static/js/field_route.js", "/static/icon.svg",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(PARTS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  // Other pages of this console keep caches of their own; only this page's older ones go.
  const old = (name) => name.startsWith("hubpost-field-") && name !== SHELL;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const page = event.request.mode === "navigate" && url.pathname === "/field";
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (page || PARTS.includes(url.pathname)) event.respondWith(networkFirst(event.request));
});

async function networkFirst(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
