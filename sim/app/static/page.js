"use strict";
// Sends the form when it changes, and puts the answer in its place. All else is the server's.
const form = document.getElementById("setting");
const answer = document.getElementById("answer");
const status = document.getElementById("status");
const faults = document.getElementById("faults");
const WAIT = 120;
const still = { displayModeBar: false, responsive: true, scrollZoom: false };
let waiting = 0;
let asking = null;
let playing = null;

const asks = (more = {}) => {
  const data = new FormData(form);
  for (const [name, value] of Object.entries(more)) data.set(name, value);
  return new URLSearchParams(data);
};

// Where the form, as it stands, is to be found again; nothing where that is too long for an address.
const LONG = 6000;
const address = (path, more) => {
  const sent = asks(more);
  for (const [name, value] of [...sent]) if (!value) sent.delete(name, value);
  const start = form.elements.start;
  if (start && !start.value) sent.set("start", "");
  const found = `${path}?${sent}`;
  return found.length < LONG ? found : "";
};

// Resolves to whether the answer is shown.
const update = async (more) => {
  if (asking) asking.abort();
  const mine = new AbortController();
  asking = mine;
  answer.setAttribute("aria-busy", "true");
  status.textContent = "Computing …";
  try {
    const got = await fetch(form.dataset.answers, { method: "POST", body: asks(more), signal: mine.signal });
    if (!got.ok) throw new Error(`the server answered ${got.status}`);
    show(await got.json());
    answer.setAttribute("aria-busy", "false");
    const here = address(location.pathname);
    if (here) history.replaceState(null, "", here);
    return true;
  } catch (error) {
    if (error.name !== "AbortError") tell([`No answer: ${error.message}. Is wedge app still running?`]);
    return false;
  }
};

const tell = (lines) => {
  faults.replaceChildren();
  faults.hidden = lines.length === 0;
  if (lines.length) {
    const head = document.createElement("h2");
    const text = document.createElement("pre");
    head.textContent = "This cannot be computed";
    text.textContent = lines.join("\n");
    faults.append(head, text);
    status.textContent = "";
    answer.setAttribute("aria-busy", "false");
  }
};

const show = (got) => {
  tell(got.faults || []);
  answer.classList.toggle("stale", Boolean(got.faults));
  if (got.faults) return;
  const made = document.createElement("template");
  made.innerHTML = got.html;
  for (const place of made.content.querySelectorAll(".plot")) {
    const old = document.getElementById(place.id);
    if (!old) continue;
    old.setAttribute("aria-label", place.getAttribute("aria-label"));
    old.style.minHeight = place.style.minHeight;
    place.replaceWith(old);
  }
  for (const each of made.content.querySelectorAll("details[id]")) {
    const old = document.getElementById(each.id);
    if (old) each.open = old.open;
  }
  const inside = answer.contains(document.activeElement);
  const focused = inside ? document.activeElement.id : "";
  answer.replaceChildren(made.content);
  const next = inside && (document.getElementById(focused) || document.getElementById("turn"));
  if (next) next.focus({ preventScroll: true });
  for (const [name, figure] of Object.entries(got.figures)) {
    Plotly.react(document.getElementById(`chart-${name}`), figure.data, figure.layout, still);
  }
  status.textContent = got.status;
  document.documentElement.dataset.answers = String(Number(document.documentElement.dataset.answers || 0) + 1);
};

const later = () => {
  clearTimeout(waiting);
  waiting = setTimeout(update, WAIT);
};

const course = () => document.getElementById("course");

const written = (slider) => {
  const told = form.querySelector(`output[for="${slider.id}"]`);
  const fix = slider.closest(".slider")?.querySelector('input[name="fix"]');
  if (!told) return;
  const free = fix ? !fix.checked : slider.id === "stance" && !course().selectedOptions[0].hasAttribute("data-stance");
  told.textContent = free ? told.dataset.told : String(Number(slider.value)).replace("-", "\u2212");
  slider.closest(".slider").classList.toggle("fixed", Boolean(fix && fix.checked));
};

// Goes to a page with the form as it stands: by its address, so that Back and reload work; else by sending the form.
const go = (path, act) => {
  const to = address(path, act ? { act } : {});
  if (to) return location.assign(to);
  if (act) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "act", value: act });
    form.append(field);
  }
  form.action = path;
  form.submit();
};

form.addEventListener("input", (event) => {
  const at = event.target;
  if (at.type === "range") {
    const fix = at.closest(".slider")?.querySelector('input[name="fix"]');
    if (fix) fix.checked = true;
    if (at.id === "stance" && !course().selectedOptions[0].hasAttribute("data-stance")) course().value = "fixed";
    written(at);
  }
  if (at.id === "course") {
    const own = at.selectedOptions[0].dataset.stance;
    if (own !== undefined) document.getElementById("stance").value = own;
    written(document.getElementById("stance"));
  }
  if (at.name === "fix") written(at.closest(".slider").querySelector("input[type=range]"));
  if (at.hasAttribute("data-reload")) return go(location.pathname);
  if (!at.hasAttribute("data-quiet")) later();
});

const acts = {
  own: () => {
    const own = form.elements.scenario.querySelector('option[value="yours.yaml"]');
    own.hidden = own.disabled = false;
    own.selected = true;
    go(location.pathname);
  },
  restart: () => go(location.pathname, "restart"),
  together: () => {
    document.getElementById("start").value = document.getElementById("against").value;
    update();
  },
  pin: () => {
    document.getElementById("pinned").value = answer.querySelector("[data-query]").dataset.query;
    const other = document.getElementById("against");
    const kept = other.querySelector('option[value="pinned"]');
    kept.hidden = kept.disabled = false;
    other.value = "pinned";
    update();
  },
};

const move = (id, by) => {
  const at = document.getElementById(id);
  const next = Number(at.value) + by;
  if (next < Number(at.min) || next > Number(at.max)) return Promise.resolve(false);
  at.value = String(next);
  written(at);
  return update();
};

// One step after the other, each once the one before is shown, until paused or at the end.
const play = async (button) => {
  const mine = playing ? null : {};
  playing = mine;
  button.textContent = mine ? "Pause" : "Play";
  while (mine && playing === mine && (await move(button.dataset.play, 1))) {
    await new Promise((done) => setTimeout(done, 700));
  }
  if (playing !== mine) return;
  playing = null;
  button.textContent = "Play";
};

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || button.type !== "button") return;
  const { act, step, by } = button.dataset;
  if (step) move(step, Number(by));
  else if (button.dataset.play) play(button);
  else if (act in acts) acts[act]();
  else if (act) update({ act });
});

// What is taken away is fetched first, so that a fault does not cost the page.
const save = async (button) => {
  status.textContent = "Making it …";
  try {
    const got = await fetch(button.getAttribute("formaction"), { method: "POST", body: asks() });
    if (!got.ok) throw new Error(`the server answered ${got.status}`);
    if (!got.headers.has("Content-Disposition")) return tell((await got.json()).faults);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await got.blob());
    link.download = got.headers.get("Content-Disposition").match(/filename="(.*)"/)[1];
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    status.textContent = `Made ${link.download}; your browser saves it.`;
  } catch (error) {
    tell([`Not made: ${error.message}. Is wedge app still running?`]);
  }
};

form.addEventListener("submit", (event) => {
  const by = event.submitter;
  if (!by) return;
  event.preventDefault();
  if (by.hasAttribute("data-away")) save(by);
  else go(by.getAttribute("formaction"));
});

// Enter in a field asks again, and goes nowhere.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input, select")) return;
  event.preventDefault();
  update();
});

answer.addEventListener("toggle", (event) => {
  for (const each of event.target.querySelectorAll(".js-plotly-plot")) Plotly.Plots.resize(each);
}, true);

window.addEventListener("pageshow", () => update());
