// Keeps the visit page on the device, so that it opens without signal.
importScripts("/static/js/offline_shell.js");
keepOffline({
  name: "hubpost-visit", version: 4, path: "/records/visit",
  parts: [
    "/static/live.css", "/static/records.css", "/static/js/visit.js", "/static/js/record_queue.js",
    "/static/js/record_sender.js", "/static/js/send_again.js", "/static/icon.svg",
  ],
});
