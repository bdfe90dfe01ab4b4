// Keeps the field page on the device. What a crew did waits in the page's own queue.
importScripts("/static/js/offline_shell.js");
keepOffline({
  name: "hubpost-field", version: 3, path: "/field",
  parts: [
    "/static/live.css", "/static/js/field.js", "/static/js/field_queue.js", "/static/js/field_photo.js",
    "/static/js/field_route.js", "/static/js/send_again.js", "/static/icon.svg",
  ],
});
