// A conversation that one can step through and take over.

import { ask, decimals, digits, download, h, latest, percent, show, word } from "/elements.js";

const share = (value) => `${(100 * value).toFixed(value > 0.9995 || value < 0.0005 ? 0 : 1)}\u00a0%`;
/** Reactions rarer than this are not listed as likely ones. */
const LIKELY = 0.005;

export class Talk {
  /**
   * @param {HTMLElement} place
   * @param {object} scenario as /api/scenario describes it
   * @param {() => {set: object[], policy: string|null}} now the numbers and the policy at this moment
   */
  constructor(place, scenario, now) {
    this.scenario = scenario;
    this.now = now;
    this.moves = [];
    this.episode = 0;
    this.run = latest((body) => ask("/api/talk", body), (talk) => this.draw(talk), (error) => this.failed(error));
    const users = h("select", { id: "talk-user", onchange: () => this.restart() }, h("option", { value: "" }, "drawn, as they come"),
      scenario.users.map((user, index) => h("option", { value: index }, user.title ?? user.name)));
    const cues = h("select", { id: "talk-cue", onchange: () => this.restart() }, h("option", { value: "" }, "drawn"),
      scenario.cues.map((cue, index) => h("option", { value: index }, cue.name)));
    const seed = h("input", { id: "talk-seed", type: "text", inputmode: "numeric", pattern: "[0-9]*", value: "1", onchange: () => this.restart() });
    this.fields = { users, cues, seed };
    this.hidden = h("input", { type: "checkbox", id: "talk-hidden", onchange: () => this.last && this.draw(this.last) });
    this.back = h("button", { type: "button", id: "talk-back", onclick: () => this.step(this.moves.slice(0, -1)) }, "Step back");
    this.list = h("ol", { class: "messages", id: "talk-messages" });
    this.panel = h("div", { class: "decision", id: "talk-decision" });
    this.problem = h("p", { class: "note", role: "alert", hidden: true });
    show(place, h("div", { class: "choices three" },
      h("div", null, h("label", { for: "talk-user" }, "User"), users),
      scenario.has_cues ? h("div", null, h("label", { for: "talk-cue" }, "Opening"), cues) : null,
      h("div", null, h("label", { for: "talk-seed" }, "Seed"), seed)),
    h("div", { class: "buttons" },
      h("button", { type: "button", id: "talk-new", onclick: () => { this.episode += 1; this.step([]); } }, "Next user"),
      this.back,
      h("button", { type: "button", id: "talk-policy", onclick: () => this.step([...this.moves, {}]) }, "Policy answers"),
      h("button", { type: "button", id: "talk-end", onclick: () => this.step([...this.moves, ...Array.from({ length: this.scenario.horizon - this.moves.length }, () => ({}))]) }, "To the end"),
      h("button", { type: "button", id: "talk-copy", onclick: () => this.last && download(`${scenario.name}-conversation.txt`, this.last.text) }, "Download"),
      h("span", { class: "check" }, this.hidden, h("label", { for: "talk-hidden" }, "show who the user is"))),
    this.problem, h("div", { class: "talk" }, this.list, this.panel));
  }

  restart() { this.episode = 0; this.chosen = null; this.step([]); }

  step(moves) { this.moves = moves; this.refresh(); }

  refresh() {
    const { set, policy } = this.now();
    if (!policy) return;
    const chosen = (field) => (field.value === "" ? null : Number(field.value));
    this.run({ set, policy, seed: this.fields.seed.value || "1", episode: this.episode, user: chosen(this.fields.users),
      cue: chosen(this.fields.cues), moves: this.moves });
  }

  failed(error) {
    this.problem.hidden = false;
    this.problem.textContent = error.message;
    if (this.moves.length > 0) this.moves = this.moves.slice(0, -1);
    document.body.dataset.talkFailed = String(Number(document.body.dataset.talkFailed ?? 0) + 1);
  }

  draw(talk) {
    this.problem.hidden = true;
    this.last = talk;
    // What was drawn beyond the end was not played.
    if (this.moves.length > talk.turns.length) this.moves = this.moves.slice(0, talk.turns.length);
    this.back.disabled = this.moves.length === 0;
    for (const id of ["talk-policy", "talk-end"]) document.getElementById(id).disabled = talk.outcome !== null || !talk.follows;
    const { scenario } = this;
    const aside = (text) => h("p", { class: "aside small soft" }, text);
    const message = (role, content, ...beside) => h("li", { class: `message ${role}` },
      h("span", { class: "spoken" }, `${role}: `), h("div", { class: "bubble", dir: "auto" }, content), beside);
    const items = talk.opening.map((one, index) => message(one.role, one.content,
      index === talk.opening.length - 1 && this.hidden.checked ? aside(this.who(talk.turns[0] ?? talk)) : null));
    for (const turn of talk.turns) {
      items.push(message("assistant", turn.answer, aside([word(scenario.responses[turn.response].name), turn.chosen ? ", your choice" : ", the policy’s"])));
      const reaction = scenario.reactions[turn.reaction];
      const seen = reaction.shows_as === undefined || this.hidden.checked ? reaction : scenario.reactions[reaction.shows_as];
      const cue = turn.cue === null || !scenario.has_cues ? null : [" / ", word(scenario.cues[turn.cue].name)];
      items.push(message("user", turn.reply, aside([word(seen.name), cue, turn.reaction_chosen ? ", your choice" : null,
        turn.other_user ? "; another user took the place, since the one before would not have" : null,
        this.hidden.checked ? [" · ", this.who(turn)] : null])));
    }
    if (talk.outcome !== null) {
      const outcome = scenario.outcomes[talk.outcome];
      items.push(h("li", { class: "end" }, "Ended: ", h("strong", { id: "talk-outcome" }, word(outcome.title ?? outcome.name)), outcome.safe ? " (safe)" : " (unsafe)",
        ` · worth ${decimals(talk.payoff)}`));
    }
    show(this.list, items);
    show(this.panel, h("h3", null, talk.outcome === null ? `Before the answer of turn ${talk.turn}` : "What was known at the end"), this.belief(talk),
      talk.outcome === null ? this.answers(talk) : null);
    // What was chosen for this turn stays open when numbers or the view change.
    if (talk.outcome === null && this.chosen?.turn === talk.turn) this.choose(talk, this.chosen.response, false);
    document.body.dataset.talked = String(Number(document.body.dataset.talked ?? 0) + 1);
  }

  who(one) {
    const { scenario } = this;
    return [word(scenario.users[one.user].title ?? scenario.users[one.user].name), scenario.has_states ? [" · ", word(scenario.states[one.state].name)] : null];
  }

  /** The posterior over types, and over states where there are some. */
  belief(talk) {
    const { users, states, has_states: hasStates } = this.scenario;
    const at = (user, state) => talk.posterior[user * states.length + state];
    const total = (user) => states.reduce((sum, _, state) => sum + at(user, state), 0);
    return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Belief" }, h("table", { class: "belief", id: "talk-belief" },
      h("caption", null, "What the model can know of the user"),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Type"), h("th", { scope: "col", class: "number" }, "P"),
        hasStates ? states.map((state) => h("th", { scope: "col", class: "number" }, word(state.name))) : null)),
      h("tbody", null, users.map((user, type) => h("tr", { class: this.hidden.checked && talk.user === type ? "true" : null },
        h("th", { scope: "row" }, word(user.name)),
        h("td", { class: "number", "data-value": digits(total(type)) }, decimals(total(type), 3)),
        hasStates ? states.map((_, state) => this.shade(at(type, state))) : null)))));
  }

  /** A cell whose mark grows with the probability. */
  shade(value) {
    const mark = h("span", { class: "mark", "aria-hidden": "true" });
    mark.style.width = `${(100 * value).toFixed(1)}%`;
    return h("td", { class: "number shade", title: digits(value) }, mark, h("span", null, decimals(value, 3)));
  }

  answers(talk) {
    const { scenario } = this;
    const best = Math.max(...talk.responses.map((one) => one.value ?? -Infinity));
    const likely = (one) => one.reactions.map((share, index) => [share, index]).filter(([share]) => share >= LIKELY)
      .sort(([a], [b]) => b - a).slice(0, 3);
    return [h("table", { class: "answers", id: "talk-answers" },
      h("caption", null, "What each answer is worth if the policy goes on after it, and what users likely do then"),
      h("thead", null, h("tr", null, ["Answer", "Policy", "Today", "Worth", ""].map((name, index) =>
        h("th", { scope: "col", class: index > 0 && index < 4 ? "number" : null }, name || h("span", { class: "spoken" }, "Choose"))))),
      h("tbody", null, talk.responses.map((one, index) => h("tr", { "data-response": scenario.responses[index].name, class: one.value !== null && one.value === best ? "best" : null },
        h("th", { scope: "row", title: scenario.responses[index].title }, word(scenario.responses[index].name),
          h("span", { class: "likely soft small" }, likely(one).map(([share, reaction], place) => [place ? ", " : null, word(scenario.reactions[reaction].name), ` ${Math.round(100 * share)}\u00a0%`]))),
        h("td", { class: "number" }, one.strategy === null ? "–" : share(one.strategy)),
        h("td", { class: "number" }, share(one.reference)),
        h("td", { class: "number", "data-value": digits(one.value) }, decimals(one.value)),
        h("td", null, h("button", { type: "button", class: "plain", "aria-label": `Answer ${scenario.responses[index].name}`,
          onclick: () => this.choose(talk, index) }, "Choose")))))),
    this.reaction = h("div", { id: "talk-reaction" })];
  }

  /** After an answer was chosen: let the user react, or say how. */
  choose(talk, response, isNew = true) {
    const { scenario } = this;
    this.chosen = { turn: talk.turn, response };
    const one = talk.responses[response];
    const text = (reaction, index) => `${reaction.name} · ${percent(one.reactions[index])}`
      + (this.hidden.checked ? ` · this user ${percent(one.user_reactions[index])}` : "");
    const order = scenario.reactions.map((_, index) => index).filter((index) => one.reactions[index] > 0)
      .sort((a, b) => one.reactions[b] - one.reactions[a]);
    const reaction = h("select", { id: "talk-choose-reaction" }, h("option", { value: "" }, "drawn, as this user would"),
      order.map((index) => h("option", { value: index }, text(scenario.reactions[index], index))));
    const cue = h("select", { id: "talk-choose-cue" }, h("option", { value: "" }, "drawn"),
      scenario.cues.map((item, index) => h("option", { value: index }, item.name)));
    const go = h("button", { type: "button", class: "main", id: "talk-go", onclick: () => {
      const move = { response };
      if (reaction.value !== "") {
        move.reaction = Number(reaction.value);
        if (cue.value !== "" && scenario.reactions[move.reaction].ends === undefined) move.cue = Number(cue.value);
      }
      this.chosen = null;
      this.step([...this.moves, move]);
    } }, "Answer so");
    show(this.reaction, h("h4", null, "Answer ", word(scenario.responses[response].title ?? scenario.responses[response].name)),
      h("div", { class: "choices three" },
        h("div", null, h("label", { for: "talk-choose-reaction" }, "The user reacts"), reaction),
        scenario.has_cues ? h("div", null, h("label", { for: "talk-choose-cue" }, "and writes"), cue) : null,
        h("div", { class: "last" }, go)));
    if (!isNew) return;
    this.reaction.scrollIntoView({ block: "nearest" });
    reaction.focus();
  }
}
