// Keeps the field form of a survey on the device, so that it opens without signal.
importScripts("/static/js/offline_shell.js");
keepOffline({
  name: "hubpost-survey", version: 3, path: "/records/survey",
  parts: [
    "/static/live.css", "/static/records.css", "/static/js/survey.js", "/static/js/record_queue.js",
    "/static/js/record_sender.js", "/static/js/send_again.js", "/static/icon.svg",
  ],
});
