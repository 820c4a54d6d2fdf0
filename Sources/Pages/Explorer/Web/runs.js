// Runs of the store: a list, and those that are chosen side by side.

import { ask, decimals, digits, h, show, word } from "/elements.js";

/** Four digits of a number, the beginning of a hash; the whole is in the title. */
function short(value) {
  if (value === null) return "–";
  if (/^[0-9a-f]{64}$/.test(value)) return `${value.slice(0, 12)}…`;
  return /^-?\d+\.\d{5,}$/.test(value) ? decimals(Number(value)) : word(value);
}

export class Runs {
  constructor(place) {
    this.place = place;
    this.chosen = new Set();
    this.load();
  }

  async load() {
    try {
      const { runs } = await ask("/api/runs", {});
      this.beside = h("div", { id: "beside" });
      const compare = h("button", { type: "button", id: "compare", onclick: () => this.compare() }, "Show side by side");
      const number = (value) => h("td", { class: "number", title: digits(value) }, decimals(value));
      show(this.place, runs.length === 0 ? h("p", { class: "soft" }, "The store has no runs.") : [
        h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Runs" }, h("table", { class: "runs" },
          h("thead", null, h("tr", null, ["", "Run", "Kind", "Scenario", "Policy"].map((name) => h("th", { scope: "col" }, name || h("span", { class: "spoken" }, "Chosen"))),
            ["Payoff", "Safe"].map((name) => h("th", { scope: "col", class: "number" }, name)), h("th", { scope: "col" }, "Started"))),
          h("tbody", null, runs.map((run) => h("tr", { "data-run": run.run },
            h("td", null, h("input", { type: "checkbox", "aria-label": `Run ${run.run}`, onchange: (event) => {
              if (event.target.checked) this.chosen.add(run.run); else this.chosen.delete(run.run);
            } })),
            h("th", { scope: "row" }, String(run.run)), h("td", null, run.kind), h("td", null, word(run.scenario)),
            h("td", null, run.policy ? word(run.policy) : "–"), number(run.payoff), number(run.safe), h("td", { class: "small" }, run.started_at.slice(0, 16).replace("T", " "))))))),
        compare, this.beside]);
    } catch (error) { show(this.place, h("p", { class: "note" }, error.message)); }
  }

  async compare() {
    if (this.chosen.size < 2) { show(this.beside, h("p", { class: "soft" }, "Choose two runs or more.")); return; }
    try {
      const { runs, rows } = await ask("/api/compare", { runs: [...this.chosen].sort((a, b) => a - b) });
      show(this.beside, h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Runs" }, h("table", null,
        h("thead", null, h("tr", null, h("th", { scope: "col" }, "What differs"), runs.map((run) => h("th", { scope: "col" }, `Run ${run}`)))),
        h("tbody", null, rows.map((row) => h("tr", null, h("th", { scope: "row" }, word(row.field)),
          row.values.map((value) => h("td", { title: value }, short(value)))))))));
    } catch (error) { show(this.beside, h("p", { class: "note" }, error.message)); }
  }
}
