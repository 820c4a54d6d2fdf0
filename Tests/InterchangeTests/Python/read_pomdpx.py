"""Reads a POMDP of mixed observability in the POMDPX format, checks it, and solves it by plain recursion. Standard library only."""

import itertools
import json
import sys
import xml.etree.ElementTree as ElementTree


class Model:
    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        assert root.tag == "pomdpx"
        self.discount = float(root.find("Discount").text)
        self.values, self.seen = {}, []
        for entry in root.find("Variable"):
            names = (entry.findtext("ValueEnum") or "").split()
            assert len(set(names)) == len(names)
            if entry.tag == "StateVar":
                for when in ("vnamePrev", "vnameCurr"):
                    self.values[entry.get(when)] = names
                if entry.get("fullyObs") == "true":
                    self.seen.append(entry.get("vnamePrev")[:-2])
            else:
                self.values[entry.get("vname")] = names
        self.tables = {}
        for part in ("InitialStateBelief", "StateTransitionFunction", "ObsFunction"):
            for table in root.find(part):
                self.read(table)
        self.rewards = {}
        function = root.find("RewardFunction/Func")
        assert function.findtext("Parent").split() == ["response", "turn_0", "hidden_0"]
        for entry in function.find("Parameter"):
            key = tuple(entry.findtext("Instance").split())
            assert key not in self.rewards
            self.rewards[key] = float(entry.findtext("ValueTable"))

    def read(self, table):
        name = table.findtext("Var")
        parents = [word for word in table.findtext("Parent").split() if word != "null"]
        rows = {}
        for entry in table.find("Parameter"):
            *given, last = entry.findtext("Instance").split()
            assert last == "-" and len(given) == len(parents)
            shares = [float(word) for word in entry.findtext("ProbTable").split()]
            assert len(shares) == len(self.values[name]) and min(shares) >= 0 and abs(sum(shares) - 1) < 1e-12
            choices = [self.values[parent] if word == "*" else [word] for parent, word in zip(parents, given)]
            for key in itertools.product(*choices):
                assert key not in rows, f"{name}: {key} is given twice"
                rows[key] = dict(zip(self.values[name], shares))
        # Every row is there.
        assert len(rows) == len(list(itertools.product(*[self.values[parent] for parent in parents])))
        self.tables[name] = (parents, rows)

    def row(self, name, known):
        parents, rows = self.tables[name]
        return rows[tuple(known[parent] for parent in parents)]

    def value(self, turn, belief):
        """The best value of a joint belief over the hidden variable at a turn."""
        if turn == "ended":
            return 0.0
        best = float("-inf")
        for response in self.values["response"]:
            total, following = 0.0, {}
            for hidden, mass in belief.items():
                total += mass * self.rewards.get((response, turn, hidden), 0.0)
                for reaction, after, target, chance in self.steps(response, turn, hidden):
                    if after == "ended":
                        continue
                    for cue, likelihood in self.row("cue", {"response": response, "hidden_1": target}).items():
                        joint = following.setdefault((after, reaction, cue), {})
                        joint[target] = joint.get(target, 0.0) + mass * chance * likelihood
            total += self.discount * sum(
                self.value(after, {h: p for h, p in joint.items() if p > 0})
                for (after, _, _), joint in following.items() if any(joint.values()))
            best = max(best, total)
            if turn == "start":
                # Every response does the same there.
                break
        return best

    def always(self, response):
        """What it is worth to give one response whatever happens: a forward pass over (turn, hidden), with no belief."""
        total, scale = 0.0, 1.0
        mass = {("start", name): share for name, share in self.row("hidden_0", {}).items()}
        for _ in self.values["turn_0"]:
            total += scale * sum(
                share * self.rewards.get((response, turn, hidden), 0.0) for (turn, hidden), share in mass.items())
            scale *= self.discount
            following = {}
            for (turn, hidden), share in mass.items():
                for reaction, after, target, chance in self.steps(response, turn, hidden):
                    following[after, target] = following.get((after, target), 0.0) + share * chance
            mass = following
        return total

    def steps(self, response, turn, hidden):
        """What can follow: reaction, turn, hidden and the joint probability."""
        known = {"response": response, "turn_0": turn, "hidden_0": hidden}
        for reaction, chance in self.row("reaction_1", known).items():
            if chance > 0:
                known["reaction_1"] = reaction
                [after] = [key for key, share in self.row("turn_1", known).items() if share == 1]
                for target, share in self.row("hidden_1", known).items():
                    if share > 0:
                        yield reaction, after, target, chance * share

    def kernel(self):
        """[turns, hidden, responses, reactions seen, hidden] joint probabilities while the conversation is played, and [hidden, cues]."""
        table = []
        for turn in self.values["turn_0"][1:-1]:
            for hidden in self.values["hidden_0"]:
                for response in self.values["response"]:
                    joint = {(reaction, target): chance for reaction, _, target, chance in self.steps(response, turn, hidden)}
                    table += [
                        joint.get((reaction, target), 0.0)
                        for reaction in self.values["reaction_1"][1:-1] for target in self.values["hidden_1"]]
        some = self.values["response"][0]
        cues = [
            share for hidden in self.values["hidden_1"]
            for share in self.row("cue", {"response": some, "hidden_1": hidden}).values()]
        return table, cues


def main():
    question = json.load(sys.stdin)
    answers = []
    for path in question["files"]:
        model = Model(path)
        assert model.seen == ["turn", "reaction"]
        assert model.row("turn_0", {}) == {name: float(name == "start") for name in model.values["turn_0"]}
        opening = model.row("hidden_0", {})
        if question["task"] == "optimum":
            answers.append(model.value("start", {name: share for name, share in opening.items() if share > 0}))
        else:
            kernel, cues = model.kernel()
            answers.append({
                "opening": list(opening.values()), "kernel": kernel, "cues": cues,
                "always": [model.always(response) for response in model.values["response"]]})
    json.dump(answers, sys.stdout)


main()
