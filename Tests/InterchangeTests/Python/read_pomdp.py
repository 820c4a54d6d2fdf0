"""Reads a POMDP in Cassandra's format, checks it, and solves it by plain recursion over beliefs. Standard library only."""

import json
import re
import sys


class Model:
    def __init__(self, path):
        self.lists, self.discount, self.start = {}, None, None
        self.moves, self.sees, self.rewards = {}, {}, {}
        for line in open(path, encoding="utf-8"):
            line = line.split("#")[0].strip()
            if line:
                self.read(line)
        self.check()

    def read(self, line):
        key, rest = line.split(":", 1)
        words = rest.split()
        for word in words:
            if word[0] in "-0123456789":
                assert re.fullmatch(r"-?\d+\.\d+", word), f"not a positional decimal: {word}"
        if key in ("states", "actions", "observations"):
            assert all(re.fullmatch(r"[A-Za-z]\w*", word) for word in words) and len(set(words)) == len(words)
            self.lists[key] = words
        elif key == "discount":
            self.discount = float(words[0])
        elif key == "values":
            assert words == ["reward"]
        elif key == "start":
            self.start = dict(zip(self.lists["states"], map(float, words), strict=True))
        else:
            action, state, *more, value = [word for word in words if word != ":"]
            table = {"T": self.moves, "O": self.sees, "R": self.rewards}[key]
            for name in self.lists["actions"] if action == "*" else [action]:
                row = table.setdefault((name, state), {})
                assert key == "R" or more[0] not in row
                row[more[0]] = float(value)

    def check(self):
        assert abs(sum(self.start.values()) - 1) < 1e-9
        for table, targets in ((self.moves, "states"), (self.sees, "observations")):
            for action in self.lists["actions"]:
                for state in self.lists["states"]:
                    row = table[action, state]
                    assert abs(sum(row.values()) - 1) < 1e-9 and min(row.values()) > 0
                    assert set(row) <= set(self.lists[targets])

    def value(self, belief):
        """The best value of a joint belief, given as the states that have not ended."""
        end = self.lists["states"][-1]
        belief = {state: mass for state, mass in belief.items() if mass > 0 and state != end}
        if not belief:
            return 0.0
        best = float("-inf")
        # Every response does the same at the start.
        opening = set(belief) == {self.lists["states"][0]}
        for action in self.lists["actions"][:1] if opening else self.lists["actions"]:
            total, following = 0.0, {}
            for state, mass in belief.items():
                total += mass * self.rewards.get((action, state), {}).get("*", 0.0)
                for target, chance in self.moves[action, state].items():
                    if target == end:
                        continue
                    for seen, likelihood in self.sees[action, target].items():
                        joint = following.setdefault(seen, {})
                        joint[target] = joint.get(target, 0.0) + mass * chance * likelihood
            total += self.discount * sum(self.value(joint) for joint in following.values())
            best = max(best, total)
        return best


def revealed(model):
    """The value if the state were seen: backward induction by quantecon."""
    import numpy
    from quantecon.markov import DiscreteDP, backward_induction

    states, actions = model.lists["states"], model.lists["actions"]
    number = {state: index for index, state in enumerate(states)}
    rewards = numpy.zeros((len(states), len(actions)))
    moves = numpy.zeros((len(states), len(actions), len(states)))
    for a, action in enumerate(actions):
        for s, state in enumerate(states):
            rewards[s, a] = model.rewards.get((action, state), {}).get("*", 0.0)
            for target, chance in model.moves[action, state].items():
                moves[s, a, number[target]] = chance
    turns = 2 + max([int(match[1]) for state in states if (match := re.match(r"s_turn(\d+)_", state))])
    # An undiscounted game is allowed here, since the horizon is finite.
    values, _ = backward_induction(DiscreteDP(rewards, moves, min(model.discount, 1.0)), turns)
    return float(values[0, 0])


def main():
    job = json.load(sys.stdin)
    models = [Model(path) for path in job["files"]]
    solve = revealed if job["task"] == "revealed" else lambda model: model.value(model.start)
    json.dump([solve(model) for model in models], sys.stdout)


main()
