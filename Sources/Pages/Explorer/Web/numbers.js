// The sliders: every number of the scenario by its path, grouped, found by name, with the file's own value marked.

import { h, show, digits, word } from "/elements.js";

const GROUPS = [
  ["shares", "Who asks", "shares of user types; the others keep their proportions"],
  ["limits", "Limits", "what may happen at most"],
  ["payoffs", "What outcomes are worth", "payoffs and exposure, by user type"],
  ["rationality", "How sure users choose", "rationality λ and foresight"],
  ["responses", "What responses are", "features and costs"],
  ["openings", "How users begin", "first states and cues"],
  ["reactions", "How users react", "coefficients of their utilities"],
  ["moves", "How users' states move", "coefficients of moves"],
  ["objective", "The goal", "discount, divergence and reference"],
];
const LONG = 60;

/** A number as a slider leaves it: three digits are as fine as a hand is. */
const rounded = (value) => Number(value.toPrecision(3));

export class Numbers {
  /**
   * @param {object} scenario as /api/scenario describes it
   * @param {() => void} changed called after every change
   */
  constructor(scenario, places, changed) {
    this.all = scenario.numbers;
    this.own = new Map(this.all.map((one) => [one.path, one.value]));
    this.changes = new Map();
    this.shown = new Map();
    this.rows = new Map();
    this.changed = changed;
    this.places = places;
    this.build();
    places.find.addEventListener("input", () => this.find(places.find.value));
  }

  /** The list that every request carries, in the order in which numbers were changed. */
  get set() { return [...this.changes].map(([path, value]) => ({ path, value })); }

  value(path) { return this.shown.get(path) ?? this.changes.get(path) ?? this.own.get(path); }

  change(path, value) {
    // What was changed last is set last, and so has exactly its value.
    this.changes.delete(path);
    if (value !== this.own.get(path) || this.shown.has(path)) this.changes.set(path, value);
    this.refresh();
    this.changed();
  }

  reset(path) {
    if (path === undefined) this.changes.clear();
    else this.changes.delete(path);
    this.shown = new Map();
    this.refresh();
    this.changed();
  }

  /** Shows the numbers as the scenario has them now, those that were rescaled too. */
  update(numbers) {
    this.shown = new Map(numbers.map(({ path, value }) => [path, value]));
    this.refresh();
  }

  refresh() {
    for (const [path, rows] of this.rows) {
      const there = rows.filter((row) => row.isConnected);
      this.rows.set(path, there);
      for (const row of there) row.refresh(this.value(path), this.changes.has(path));
    }
  }

  build() {
    show(this.places.groups, GROUPS.map(([name, title, about]) => {
      const members = this.all.filter((one) => one.group === name);
      if (members.length === 0) return null;
      const body = h("div", { class: "members" });
      const details = h("details", { class: "group", "data-group": name },
        h("summary", null, h("span", { class: "title" }, title), " ",
          h("span", { class: "soft small" }, `${members.length} · ${about}`)), body);
      const open = () => { if (details.open && !body.hasChildNodes()) this.fill(body, members); };
      details.addEventListener("toggle", open);
      details.open = name === "shares" || name === "limits";
      open();
      return details;
    }));
    this.results = h("div", { class: "members", hidden: true });
    this.places.groups.before(this.results);
  }

  fill(body, members) {
    const few = members.length > LONG ? members.filter((one) => one.value !== 0) : members;
    const append = (list) => {
      let owner = null;
      for (const one of list) {
        if (one.owner !== owner && one.owner !== null && one.group !== "shares") body.append(h("h3", null, word(one.owner)));
        owner = one.owner;
        body.append(this.row(one));
      }
    };
    append(few);
    if (few.length === members.length) return;
    const more = h("button", { type: "button", class: "plain", onclick: () => {
      body.replaceChildren();
      append(members);
    } }, `Show ${members.length - few.length} that are 0`);
    body.append(more);
  }

  find(text) {
    const words = text.toLowerCase().split(/[\s.]+/).filter((one) => one);
    const looking = words.length > 0;
    this.places.groups.hidden = looking;
    this.results.hidden = !looking;
    if (!looking) { this.places.found.textContent = ""; this.results.replaceChildren(); return; }
    const found = this.all.filter((one) => words.every((part) => one.path.toLowerCase().includes(part)));
    this.places.found.textContent = found.length === 1 ? "1 number" : `${found.length} numbers`;
    show(this.results, found.slice(0, LONG).map((one) => this.row(one, true)));
  }

  /** A slider with the number beside it. The name is the path, which is what `--set` takes. */
  row(one, whole = false) {
    const id = `n${this.serial = (this.serial ?? 0) + 1}`;
    const short = whole || !one.owner ? one.path : one.path.split(".").slice(2).join(".") || one.path;
    const label = one.group === "shares" && !whole ? one.owner : one.group === "limits" && !whole
      ? one.path.split(".")[3] ?? one.path : short;
    const slide = h("input", { type: "range", id, min: one.from, max: one.to, step: "any", value: one.value ?? one.to,
      "aria-label": one.path });
    const type = h("input", { type: "number", step: "any", value: one.value ?? "", "aria-label": `${one.path}, as a number` });
    const back = h("button", { type: "button", class: "plain back", "aria-label": `Reset ${one.path}`, hidden: true,
      onclick: () => this.reset(one.path) }, "reset");
    const mark = h("span", { class: "mark", "aria-hidden": "true" });
    const share = one.value === null ? 1 : (one.value - one.from) / (one.to - one.from);
    mark.style.left = `calc(${Math.min(1, Math.max(0, share))} * (100% - 1rem) + 0.5rem)`;
    const own = h("span", { class: "own small soft" }, `file: ${digits(one.value)}`);
    slide.addEventListener("input", () => this.change(one.path, rounded(slide.valueAsNumber)));
    type.addEventListener("change", () => { if (Number.isFinite(type.valueAsNumber)) this.change(one.path, type.valueAsNumber); });
    const row = h("div", { class: "number", "data-path": one.path, title: one.path },
      h("label", { for: id }, word(label)), type, h("div", { class: "slide" }, slide, mark), own, back);
    row.refresh = (value, isChanged) => {
      if (document.activeElement !== slide || Math.abs(slide.valueAsNumber - value) > 1e-12) slide.value = value ?? one.to;
      // What was rescaled has many digits, of which a few are shown; the page's tables and requests have them all.
      const isOwn = isChanged || value === one.value;
      if (document.activeElement !== type) type.value = value === null ? "" : isOwn ? value : Number(value.toPrecision(4));
      row.classList.toggle("changed", isChanged);
      row.classList.toggle("moved", !isChanged && value !== one.value);
      back.hidden = !isChanged;
    };
    this.rows.set(one.path, [...(this.rows.get(one.path) ?? []), row]);
    row.refresh(this.value(one.path), this.changes.has(one.path));
    return row;
  }
}
