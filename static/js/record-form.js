// Comforts over the form of a record, which works without them: a dialog for choosing, counters, a warning before leaving.
const area = () => document.getElementById("form-area");
const dialog = () => document.getElementById("dialog");
let isDirty = false;
let isSaving = false;

const FEW = 20;
const LARGEST = 30 * 1024 * 1024;

function countLetters(control) {
  const left = Number(control.getAttribute("maxlength")) - control.value.length;
  let counter = control.parentElement.querySelector(".counter");
  if (left > FEW && !counter) {
    return;
  }
  if (!counter) {
    counter = document.createElement("span");
    counter.className = "counter";
    counter.setAttribute("role", "status");
    control.after(counter);
  }
  counter.textContent = left > FEW ? "" : dialog().dataset.left.replace("{count}", String(left));
}

function isInForm(target) {
  return target instanceof Element && target.closest("[data-record-form]") !== null;
}

function tooLarge(form) {
  let total = 0;
  form.querySelectorAll('input[type="file"]').forEach((input) => {
    Array.from(input.files).forEach((file) => (total += file.size));
  });
  return total > LARGEST;
}

document.addEventListener("DOMContentLoaded", () => {
  isDirty = document.querySelector("[data-record-form][data-dirty]") !== null;
});

document.addEventListener("input", (event) => {
  if (!isInForm(event.target)) {
    return;
  }
  isDirty = true;
  if (event.target.hasAttribute("data-count")) {
    countLetters(event.target);
  }
});

document.addEventListener("change", (event) => {
  if (isInForm(event.target)) {
    isDirty = true;
    isSaving = false; // Whoever goes on writing has stopped the page from being saved.
  }
});

// Enter while an input method is composing, or in a single line, must not save a form that is half filled in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !isInForm(event.target) || !event.target.matches("input")) {
    return;
  }
  if (["checkbox", "radio", "file", "submit"].includes(event.target.type) && !event.isComposing) {
    return;
  }
  event.preventDefault();
  const button = event.target.dataset.fetch && document.getElementById(event.target.dataset.fetch);
  if (button && !event.isComposing && event.keyCode !== 229) {
    button.click();
  }
});

document.addEventListener("submit", (event) => {
  if (!isInForm(event.target)) {
    return;
  }
  if (tooLarge(event.target)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    window.alert(dialog().dataset.tooLarge);
    return;
  }
  isSaving = true;
}, true);

window.addEventListener("pageshow", () => (isSaving = false));

// While the form is on its way nobody waits for what would be computed from it, and the page's end would cut it off.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isSaving && event.target.hasAttribute("data-computes")) {
    event.preventDefault();
  }
});

window.addEventListener("beforeunload", (event) => {
  if (isDirty && !isSaving) {
    event.preventDefault();
    event.returnValue = "";
  }
});

// A part of the page has come: the picker opens in the dialog, a changed form closes it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "dialog-content") {
    if (!dialog().open) {
      dialog().showModal();
    }
    dialog().querySelector("[autofocus]")?.focus();
    return;
  }
  if (event.detail.target.id !== "form-area") {
    return;
  }
  if (dialog()?.open) {
    dialog().close();
  }
  isDirty = true;
  area()?.querySelector("[autofocus]")?.focus();
});

// Going back from the dialog needs no answer of the server: the form is still there.
document.addEventListener("click", (event) => {
  const closer = event.target instanceof Element && event.target.closest("dialog [data-close]");
  if (closer) {
    event.preventDefault();
    event.stopPropagation();
    dialog().close();
  }
}, true);
