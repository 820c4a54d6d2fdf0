// The page: one scenario, its numbers, and what follows from them.

import { ask, askFile, byID, decimals, download, h, latest, show, word } from "/elements.js";
import { Numbers } from "/numbers.js";
import { legend, limits, openings, outcomeColours, outcomes, strip, totals } from "/figures.js";
import { Talk } from "/talk.js";
import { Search } from "/search.js";
import { Runs } from "/runs.js";

const BEST = "@best";
const FOUND = "@found";
const page = document.body.dataset;
/** Answers under the file's own numbers, by policy. */
const originals = new Map();
let scenario, numbers, talk, search, answer, solution, found;

const count = (name) => { page[name] = String(Number(page[name] ?? 0) + 1); };

function problem(error) {
  byID("problem").hidden = !error;
  byID("problem").textContent = error ? `${error.message ?? error}` : "";
}

/** The policy by the name that requests give it; null while the best is still being found. */
function policy() {
  const chosen = byID("policy").value;
  if (chosen === BEST) return solution?.solution.name ?? null;
  return chosen === FOUND ? found?.solution.name ?? null : chosen;
}

const evaluate = latest(
  (set, name) => ask("/api/evaluate", { set, policy: name }),
  async (result, set, name) => {
    numbers.update(result.numbers);
    answer = result.answer;
    if (!originals.has(name)) originals.set(name, (await ask("/api/evaluate", { set: [], policy: name })).answer);
    problem(null);
    draw(name);
    count("evaluated");
  },
  failed);

const solve = latest(
  (set, method) => ask("/api/solve", { set, method }),
  (result) => {
    solution = result;
    if (byID("policy").value === BEST) evaluate(numbers.set, policy());
    else if (answer) draw(policy());
    count("solved");
  },
  failed);

const drawStrip = latest(
  (set, name, path, cue) => ask("/api/boundary", { set, policy: name, path, cue }),
  (line) => { strip(byID("strip"), scenario, line); count("stripped"); },
  (error) => show(byID("strip"), h("p", { class: "soft" }, error.message)));

function failed(error) {
  problem(error);
  count("failed");
  // A solution that the explorer has forgotten is found again.
  if (/no longer remembered/.test(error.message)) { solution = undefined; found = undefined; byID("policy").value = scenario.policies[0]; }
}

function draw(name) {
  const isBest = byID("policy").value === BEST;
  const best = !isBest && byID("quick").value && solution ? solution : null;
  const columns = [{ name: isBest ? "best" : "policy", key: "now", answer }];
  if (best) columns.unshift({ name: "best", key: "best", answer: best.answer });
  columns.reverse();
  const bars = best ? [columns[0], columns[1]] : columns;
  totals(byID("totals"), originals.get(name) ?? answer, answer, best?.answer, isBest ? solution?.solution : best?.solution);
  const ordered = [{ ...bars[0] }, ...bars.slice(1)];
  outcomes(byID("bars"), scenario, ordered);
  limits(byID("limits"), scenario, ordered);
  openings(byID("openings"), scenario, ordered);
  const changes = numbers.set.length;
  byID("state").textContent = changes === 0 ? "All numbers are the file’s." : `${changes} ${changes === 1 ? "number is" : "numbers are"} changed; payoff ${decimals(answer.payoff)}, safe ${decimals(answer.safe)}.`;
  byID("reset").disabled = changes === 0;
  byID("save").disabled = changes === 0;
}

let later;
/** Asks all that depends on the numbers: the policy's own answer at once, the rest when the hand rests. */
function changed() {
  const set = numbers.set;
  if (policy()) evaluate(set, policy());
  if (byID("quick").value || byID("policy").value === BEST) solve(set, byID("quick").value || "last-turn");
  clearTimeout(later);
  later = setTimeout(() => { refreshStrip(); talk.refresh(); }, 120);
}

function refreshStrip() {
  const name = policy();
  if (name) drawStrip(numbers.set, name, byID("strip-number").value, Number(byID("strip-cue").value));
}

function option(value, text) { return h("option", { value }, text); }

function choices() {
  show(byID("policy"), scenario.policies.map((name) => option(name, name)), option(BEST, "the best for these numbers, solved again"));
  const paths = scenario.numbers.filter((one) => ["shares", "payoffs", "rationality", "responses", "objective"].includes(one.group));
  show(byID("strip-number"), paths.map((one) => option(one.path, one.path)));
  const shares = paths.filter((one) => one.group === "shares");
  if (shares.length > 1) byID("strip-number").value = shares.reduce((most, one) => (one.value > most.value ? one : most)).path;
  show(byID("strip-cue"), scenario.cues.map((cue, index) => option(index, cue.name)));
  byID("policy").addEventListener("change", changed);
  byID("quick").addEventListener("change", () => { solution = undefined; changed(); });
  byID("strip-number").addEventListener("change", refreshStrip);
  byID("strip-cue").addEventListener("change", refreshStrip);
  byID("reset").addEventListener("click", () => numbers.reset());
  byID("save").addEventListener("click", save);
  byID("report").addEventListener("click", report);
}

async function save() {
  try {
    const saved = await ask("/api/save", { set: numbers.set });
    const lines = `${saved.options.join("\n")}\n`;
    show(byID("saved-body"),
      h("p", null, "A difference and not a copy: it says what was changed, and leaves the file as it is."),
      h("h3", null, "As options of any command"), h("pre", { tabindex: "0", id: "saved-options" }, lines),
      h("button", { type: "button", onclick: () => download(`${scenario.name}.set.txt`, lines) }, "Download the options"),
      h("h3", null, "A command that shows the same numbers"), h("pre", { tabindex: "0" }, `${saved.command} --policy ${byID("policy").value.startsWith("@") ? "reference" : byID("policy").value}`),
      h("h3", null, "As a difference of the file"),
      saved.diff ? [h("pre", { tabindex: "0", id: "saved-diff", class: "diff" }, saved.diff),
        h("button", { type: "button", onclick: () => download(`${scenario.name}.diff`, saved.diff) }, "Download the difference")]
        : h("p", { class: "soft" }, saved.problem ?? "Nothing is different."));
    byID("saved").showModal();
    count("saved");
  } catch (error) { failed(error); }
}

async function report() {
  byID("report").disabled = true;
  try {
    const page = await askFile("/api/report", { set: numbers.set, policies: [byID("policy").value.startsWith("@") ? scenario.policies[0] : byID("policy").value] });
    download(`${scenario.name}.html`, page);
    count("reported");
  } catch (error) { failed(error); } finally { byID("report").disabled = false; }
}

async function start() {
  // The token came with the address, and is a cookie by now: it need not stay where it is seen and copied.
  history.replaceState(null, "", "/");
  scenario = await ask("/api/scenario", {});
  numbers = new Numbers(scenario, { groups: byID("groups"), find: byID("find"), found: byID("found") }, changed);
  show(byID("legend"), legend(scenario.outcomes.map((one) => one.title ?? one.name), outcomeColours(scenario.outcomes),
    scenario.outcomes.map((one) => (one.safe ? null : h("span", { class: "soft small" }, " unsafe")))));
  choices();
  talk = new Talk(byID("talk"), scenario, () => ({ set: numbers.set, policy: policy() }));
  search = new Search(byID("search"), scenario, () => numbers.set, (result) => {
    found = result;
    const select = byID("policy");
    select.querySelector(`option[value="${FOUND}"]`)?.remove();
    select.append(option(FOUND, `found by search: ${decimals(result.solution.value)}`));
    select.value = FOUND;
    originals.delete(result.solution.name);
    changed();
  });
  if (scenario.has_runs) { byID("runs-section").hidden = false; new Runs(byID("runs"), scenario); }
  byID("report").hidden = !scenario.has_report;
  changed();
}

start().catch((error) => { problem(error); byID("state").textContent = ""; });
