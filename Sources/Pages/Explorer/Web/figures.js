// Pictures and tables of an answer: totals, outcomes by type, limits, first responses, and the strip of switches.

import { h, show, decimals, digits, percent, word } from "/elements.js";

const SAFE = ["c0", "c2", "c5", "c8", "c7"];
const UNSAFE = ["c1", "c4", "c3", "c6"];
/** A part of a bar is labelled where the label has room. */
const ROOM = 0.09;

/** Colours by outcome: cool and plain for safe ones, warm and hatched for others. */
export function outcomeColours(outcomes) {
  let [safe, unsafe] = [0, 0];
  return outcomes.map((one) => (one.safe ? SAFE[safe++ % SAFE.length] : `${UNSAFE[unsafe++ % UNSAFE.length]} hatched`));
}

/** Colours by response. */
export const responseColours = (responses) => responses.map((_, index) => `c${index % 9}`);

export function legend(names, colours, notes = []) {
  return h("ul", { class: "legend" }, names.map((name, index) =>
    h("li", null, h("span", { class: `key ${colours[index]}`, "aria-hidden": "true" }), word(name), notes[index] ?? null)));
}

/** A bar of shares that add up to 1. */
export function bar(shares, names, colours, label) {
  const spoken = shares.map((share, index) => (share >= 0.0005 ? `${names[index]} ${percent(share)}` : null))
    .filter((one) => one).join(", ");
  return h("div", { class: "bar", role: "img", "aria-label": label ? `${label}: ${spoken}` : spoken },
    shares.map((share, index) => {
      if (share <= 0) return null;
      const part = h("span", { class: `part ${colours[index]}`, title: `${names[index]} ${percent(share)}` },
        share >= ROOM ? h("span", { class: "share" }, `${Math.round(100 * share)}\u00a0%`) : null);
      part.style.flexGrow = String(share);
      return part;
    }));
}

const cell = (value, count, extra = {}) =>
  h("td", { class: "number", "data-value": digits(value), title: digits(value), ...extra }, decimals(value, count));

/** Payoff, safe share and turns: in the file, here, and of the best policy. */
export function totals(place, own, now, best, solution) {
  const rows = [["payoff", "Payoff", 4], ["safe", "Safe endings", 4], ["turns", "Turns", 3]];
  const change = (key) => {
    const difference = now[key] - own[key];
    return difference === 0 ? null : h("span", { class: "change small soft" }, ` ${difference > 0 ? "+" : ""}${decimals(difference)}`);
  };
  show(place, h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", { class: "totals" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Measure"), h("th", { scope: "col", class: "number" }, "File"),
      h("th", { scope: "col", class: "number" }, "Now"), best ? h("th", { scope: "col", class: "number" }, "Best") : null)),
    h("tbody", null, rows.map(([key, name, count]) => h("tr", { "data-measure": key }, h("th", { scope: "row" }, name),
      cell(own[key], count), h("td", { class: "number now", "data-value": digits(now[key]), title: digits(now[key]) },
        decimals(now[key], count), change(key)), best ? cell(best[key], count, { class: "number best" }) : null))))),
    solution ? h("p", { class: "small soft bound" }, bound(solution)) : null);
}

/** What is known of how good a solution is. */
export function bound(solution) {
  const found = `${decimals(solution.value)}, found in ${(1000 * solution.seconds).toFixed(0)} ms`;
  const words = { converged: "a local optimum among policies with this memory", stopped: "stopped, the best so far",
    limit_reached: "not fully converged", optimal: "optimal", gap_reached: "the bounds are as close as was asked for",
    infeasible: "no policy was found that keeps the limits", undecided: "it is open whether the limits can be kept" };
  const how = words[solution.status] ?? solution.status.replaceAll("_", " ");
  const gap = solution.gap === null ? "" : ` (gap ${decimals(solution.gap)})`;
  const upper = solution.upper === null ? "" : `; no policy exceeds ${decimals(solution.upper)}${gap}`;
  return `Best policy: ${found}, ${how}${upper}.`;
}

/** How conversations end: per user type a bar for each column. */
export function outcomes(place, scenario, columns) {
  const names = scenario.outcomes.map((one) => one.title ?? one.name);
  const colours = outcomeColours(scenario.outcomes);
  show(place, scenario.users.map((user, index) => h("div", { class: "type" },
    h("h4", null, word(user.title ?? user.name), " ", h("span", { class: "soft small" }, percent(columns.at(-1).answer.prior[index]))),
    columns.map(({ name, answer }) => h("div", { class: "labelled" }, h("span", { class: "small soft" }, name),
      bar(answer.outcomes[index], names, colours, `${user.title ?? user.name}, ${name}`))))),
  h("details", { class: "exact" }, h("summary", null, "The same as a table"), outcomeTable(scenario, columns)));
}

function outcomeTable(scenario, columns) {
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", null,
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "User type"), h("th", { scope: "col" }, "Outcome"),
      columns.map(({ name }) => h("th", { scope: "col", class: "number" }, name)))),
    h("tbody", null, scenario.users.map((user, type) => scenario.outcomes.map((outcome, index) =>
      h("tr", { "data-user": user.name, "data-outcome": outcome.name },
        h("th", { scope: "row" }, index === 0 ? word(user.title ?? user.name) : h("span", { class: "spoken" }, word(user.title ?? user.name))),
        h("td", null, word(outcome.title ?? outcome.name), outcome.safe ? null : " (unsafe)"),
        columns.map(({ answer, key }) => cell(answer.outcomes[type][index], 4, { "data-column": key }))))))));
}

/** Whether limits are kept. */
export function limits(place, scenario, columns) {
  const list = columns.at(-1).answer.limits;
  if (list.length === 0) { show(place); return; }
  const verdict = (one) => h("td", { class: "number" }, decimals(one.share), " ",
    h("span", { class: `chip ${one.satisfied ? "good" : "bad"}` }, one.satisfied ? "kept" : "exceeded"));
  show(place, h("h3", null, "Limits"), h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", null,
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Limit"), h("th", { scope: "col", class: "number" }, "at most"),
      columns.map(({ name }) => h("th", { scope: "col", class: "number" }, name)))),
    h("tbody", null, list.map((limit, index) => h("tr", null,
      h("th", { scope: "row" }, "P(", word(scenario.outcomes[limit.outcome].name), " | ", word(scenario.users[limit.user].name), ")"),
      cell(limit.at_most, 4), columns.map(({ answer }) => verdict(answer.limits[index]))))))));
}

/** The first response by what users open with. */
export function openings(place, scenario, columns) {
  const names = scenario.responses.map((one) => one.title ?? one.name);
  const colours = responseColours(scenario.responses);
  const now = columns.at(-1).answer.openings;
  show(place, legend(scenario.responses.map((one) => one.name), colours), now.map((opening) => {
    const cue = scenario.cues[opening.cue];
    const head = scenario.has_cues ? [word(cue.name), " ", h("span", { class: "soft small" }, percent(opening.probability))] : ["Every opening"];
    const about = cue.title ? h("p", { class: "soft small meaning" }, word(cue.title)) : null;
    return h("div", { class: "type", "data-cue": cue.name }, h("h3", null, head), about, columns.map(({ name, answer }) => {
      const own = answer.openings.find((one) => one.cue === opening.cue);
      return own ? h("div", { class: "labelled" }, h("span", { class: "small soft" }, name),
        bar(own.strategy, names, colours, `${cue.name}, ${name}`)) : null;
    }));
  }));
}

/** Where the best first response switches as a number moves. */
export function strip(place, scenario, line) {
  const colours = responseColours(scenario.responses);
  const width = line.to - line.from;
  const at = (value) => `${(100 * Math.min(1, Math.max(0, (value - line.from) / width)))}%`;
  if (!line.has_effect) {
    const name = scenario.responses[line.segments[0].response].name;
    show(place, h("p", { class: "soft" }, "This number changes nothing here: ", word(name), " is the best first response throughout."));
    return;
  }
  const track = h("div", { class: "strip", role: "img", "aria-label": line.segments.map((one) =>
    `${scenario.responses[one.response].name} from ${decimals(one.from, 3)} to ${decimals(one.to, 3)}`).join("; ")
    + `; now ${decimals(line.value, 3)}` }, line.segments.map((one) => {
    const name = scenario.responses[one.response].name;
    const part = h("span", { class: `part ${colours[one.response]}`, title: `${name}: ${decimals(one.from, 4)} to ${decimals(one.to, 4)}` },
      (one.to - one.from) / width > 0.14 ? h("span", { class: "share" }, word(name)) : null);
    part.style.flexGrow = String((one.to - one.from) / width);
    return part;
  }));
  const needle = h("span", { class: "needle", "aria-hidden": "true" });
  needle.style.left = at(line.value);
  track.append(needle);
  const marks = h("div", { class: "marks small soft", "aria-hidden": "true" },
    h("span", null, decimals(line.from, 3)), h("span", null, decimals(line.to, 3)));
  const switches = line.segments.slice(1).map((one, index) => h("li", null, "at ", h("strong", null, decimals(one.from, 4)), ": ",
    word(scenario.responses[line.segments[index].response].name), " → ", word(scenario.responses[one.response].name)));
  show(place, track, marks, h("p", { class: "small" }, "Now ", h("strong", null, decimals(line.value, 4)), ". ",
    switches.length === 0 ? "It switches nowhere in between." : "It switches"),
  switches.length ? h("ul", { class: "small switches" }, switches) : null,
  h("p", { class: "small soft" }, "The policy goes on as it is after the first response; only that response is chosen anew."));
}
