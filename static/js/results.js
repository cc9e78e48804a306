// While a change of the filters exchanges the results, what is open stays open and the keyboard stays where it is.
let opened = [];
let place = "";

document.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("#facets details[open]")].map((details) => details.id);
  place = document.activeElement?.id ?? "";
});

document.addEventListener("htmx:afterSwap", () => {
  opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  const before = place ? document.getElementById(place) : null;
  if (before && before !== document.activeElement) {
    before.focus({ preventScroll: true });
  } else if (document.activeElement === document.body) {
    // What was pressed is gone, as a removed filter is: the number of results is where reading goes on.
    document.getElementById("found")?.focus({ preventScroll: true });
  }
});
