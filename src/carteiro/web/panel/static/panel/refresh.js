// What refreshes itself leaves alone what somebody is busy with, and rests while nobody looks.
document.addEventListener("htmx:beforeRequest", (event) => {
  const place = event.detail.elt;
  if (!place.matches("[data-refresh]")) return;
  const busy = place.querySelector(".pick :checked, details[open], :focus-visible");
  if (busy || document.hidden) event.preventDefault();
});
