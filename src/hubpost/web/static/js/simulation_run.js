// A refused run is told where the form is; what the server says is shown, not swallowed.

document.addEventListener("htmx:beforeSwap", (event) => {
  if (![409, 422].includes(event.detail.xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("click", (event) => {
  const notice = event.target.closest("[data-dismiss]")?.closest("#notice");
  if (notice) notice.hidden = true;
});
