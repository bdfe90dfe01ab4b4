// The command line: `;` goes there, Enter runs it, and each line is sent under an id of its own.
const input = document.getElementById("line-text");
const request = document.getElementById("line-request");

function freshId() {
  // randomUUID needs a secure context; a console on a closed network may have none.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  request.value = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

freshId();
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key !== ";" && event.key !== "；") return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  event.preventDefault();
  input.focus();
});
document.getElementById("line-form").addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id !== "line-form" || !event.detail.successful) return;
  input.value = "";
  document.getElementById("line-preview").textContent = "";
  freshId();
});
