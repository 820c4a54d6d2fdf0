// Searches that take longer, with bounds that close. They end when they are stopped, or with the page.

import { askLines, decimals, h, show } from "/elements.js";
import { bound } from "/figures.js";

export class Search {
  constructor(place, scenario, set, found) {
    this.set = set;
    this.found = found;
    const method = h("select", { id: "search-method" },
      scenario.foresight ? null : h("option", { value: "belief" }, "belief planning: remembers everything"),
      h("option", { value: "gradient" }, "gradient from 20 starts: last message and turn"));
    const gap = h("input", { id: "search-gap", type: "number", min: "0", step: "any", value: "0.001" });
    const seconds = h("input", { id: "search-seconds", type: "number", min: "1", step: "1", value: "60" });
    this.start = h("button", { type: "button", class: "main", id: "search-start", onclick: () => this.run(method.value, gap.valueAsNumber, seconds.valueAsNumber) }, "Search");
    this.stop = h("button", { type: "button", id: "search-stop", disabled: true, onclick: () => this.abort?.abort() }, "Stop");
    this.status = h("p", { class: "small", id: "search-status", role: "status", "aria-live": "off" });
    this.line = h("div", { class: "closing", hidden: true });
    show(place, h("div", { class: "choices three" },
      h("div", null, h("label", { for: "search-method" }, "Method"), method),
      h("div", null, h("label", { for: "search-gap" }, "Bounds as close as"), gap),
      h("div", null, h("label", { for: "search-seconds" }, "At most, in seconds"), seconds)),
    h("div", { class: "buttons" }, this.start, this.stop), this.line, this.status);
  }

  async run(method, gap, seconds) {
    this.abort = new AbortController();
    this.start.disabled = true;
    this.stop.disabled = false;
    this.range = null;
    this.status.textContent = "Searching …";
    try {
      let ended = false;
      for await (const line of askLines("/api/search", { set: this.set(), method, gap, seconds }, this.abort.signal)) {
        if (line.progress) this.progress(line.progress);
        if (line.error) { this.status.textContent = line.error; ended = true; }
        if (line.result) {
          ended = true;
          this.status.textContent = bound(line.result.solution);
          this.draw(line.result.solution.lower, line.result.solution.upper);
          this.found(line.result);
        }
      }
      if (!ended) this.status.textContent = "The search ended without a result.";
    } catch (error) {
      this.status.textContent = error.name === "AbortError" ? "Stopped." : error.message;
    }
    this.start.disabled = false;
    this.stop.disabled = true;
  }

  progress({ lower, upper, steps, of, seconds }) {
    const parts = [`${seconds.toFixed(1)} s`];
    if (of) parts.push(`${steps} of ${of} starts`);
    if (lower !== null) parts.push(`found ${decimals(lower)}`);
    if (upper !== null) parts.push(`no policy exceeds ${decimals(upper)}`);
    if (lower !== null && upper !== null) parts.push(`gap ${decimals(upper - lower, 5)}`);
    this.status.textContent = parts.join(" · ");
    this.draw(lower, upper);
  }

  /** The bounds as a stretch that closes, on the scale of the first that were known. */
  draw(lower, upper) {
    if (lower === null || upper === null) { this.line.hidden = true; return; }
    this.range ??= [lower - 0.02 * Math.max(1e-9, upper - lower), upper + 0.02 * Math.max(1e-9, upper - lower)];
    const at = (value) => 100 * Math.min(1, Math.max(0, (value - this.range[0]) / (this.range[1] - this.range[0])));
    const open = h("span", { class: "open" });
    open.style.left = `${at(lower)}%`;
    open.style.width = `${Math.max(0.4, at(upper) - at(lower))}%`;
    this.line.hidden = false;
    show(this.line, open);
  }
}
