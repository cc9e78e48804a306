// Small comforts over pages that already work without them.
document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
  }
});

// A second click on a button that starts something must not start it twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Addresses in webhooks name the record behind a "#", as kintone's do, which servers never see.
const named = /^#record=(\d+)/.exec(window.location.hash);
if (named && window.location.pathname.endsWith("/show") && !window.location.search) {
  window.location.replace(`?record=${named[1]}`);
}

// Printing is the browser's own; a button for it makes sense only where a script can press it.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
