// Offers templates, categories and municipalities below a search that works without: the ARIA pattern of a combobox.
// While an input method composes, the kana typed half-way are asked for as they stand; its keys stay its own.
const PAUSE = 120;

function offerSuggestions(input) {
  const form = input.form;
  const words = input.dataset;
  const list = document.createElement("div");
  const told = document.createElement("span");
  let options = [];
  let active = -1;
  let timer = 0;
  let request = null;

  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.label);
  told.className = "visually-hidden";
  told.setAttribute("aria-live", "polite");
  form.append(list, told);
  input.type = "text"; // a search field may not be a combobox
  input.autocomplete = "off";
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }

  function forget() {
    window.clearTimeout(timer);
    request?.abort();
  }

  function close() {
    forget();
    activate(-1);
    list.hidden = true;
    told.textContent = "";
    input.setAttribute("aria-expanded", "false");
  }

  function activate(place) {
    options[active]?.setAttribute("aria-selected", "false");
    active = place;
    const option = options[active];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function makeOption({ name, note, address }) {
    const option = document.createElement("div");
    option.id = `${list.id}-${options.length}`;
    option.className = "suggestion";
    option.dataset.address = address;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    for (const [text, style] of [[name, "suggestion-name"], [note, "suggestion-note"]]) {
      const part = document.createElement("span");
      part.className = style;
      part.textContent = text;
      option.append(part, " ");
    }
    options.push(option);
    return option;
  }

  function show(kinds) {
    options = [];
    activate(-1);
    const groups = kinds.filter((kind) => kind.items.length > 0).map((kind, place) => {
      const group = document.createElement("div");
      const heading = document.createElement("div");
      heading.id = `${list.id}-kind-${place}`;
      heading.className = "suggestions-kind";
      heading.setAttribute("role", "presentation");
      heading.textContent = kind.name;
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", heading.id);
      group.append(heading, ...kind.items.map(makeOption));
      return group;
    });
    if (options.length === 0) {
      close();
      return;
    }
    list.replaceChildren(...groups);
    list.hidden = false;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", "true");
    told.textContent = words.found.replace("{count}", String(options.length));
  }

  function read(found) {
    const language = document.documentElement.lang === "en" ? "en" : "ja";
    const number = (item) => words.number.replace("{count}", String(item.template_count));
    const fullName = ({ name, prefecture }) => (name.startsWith(prefecture) ? name : prefecture + name);
    return [
      { name: words.templates, items: found.templates.map((item) => ({
        name: item.name[language],
        note: fullName(item.publisher),
        address: `/templates/${encodeURIComponent(item.publisher.code)}/${encodeURIComponent(item.slug)}`,
      })) },
      { name: words.categories, items: found.categories.map((item) => ({
        name: item.name[language],
        note: number(item),
        address: `/templates?category=${encodeURIComponent(item.id)}`,
      })) },
      { name: words.municipalities, items: found.municipalities.map((item) => ({
        name: fullName(item),
        note: item.template_count ? number(item) : "",
        address: `/municipalities/${encodeURIComponent(item.code)}`,
      })) },
    ];
  }

  async function ask() {
    forget();
    const current = new AbortController();
    request = current;
    try {
      const answer = await fetch(`${words.suggestions}?q=${encodeURIComponent(input.value.trim().slice(0, 200))}`, { signal: current.signal });
      const found = answer.ok ? read(await answer.json()) : [];
      if (!current.signal.aborted) {
        show(found);
      }
    } catch {
      // Aborted by the next letter, or the network is away: the search itself still works.
    }
  }

  function askSoon() {
    forget();
    activate(-1);
    if (input.value.trim() === "") {
      close();
      return;
    }
    timer = window.setTimeout(ask, PAUSE);
  }

  function step(by) {
    if (!list.hidden) {
      const places = options.length + 1; // the input itself is one of them
      activate(((active + 1 + by + places) % places) - 1);
    } else if (input.value.trim() !== "") {
      ask();
    }
  }

  input.addEventListener("input", askSoon);
  input.addEventListener("blur", close);
  window.addEventListener("pagehide", close);

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (list.hidden) {
        input.value = "";
      }
      close();
    } else if (event.key === "Enter" && options[active]) {
      event.preventDefault();
      window.location.assign(options[active].dataset.address);
    }
  });

  // A press must not take the focus away, or the list would be gone before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest(".suggestion");
    if (option) {
      window.location.assign(option.dataset.address);
    }
  });
}

document.querySelectorAll("input[data-suggestions]").forEach(offerSuggestions);
