"""Whether a program that knows nothing of ours finds the same optimum: SARSOP and HSVI of scikit-decide on exported .pomdp files.

usage: judge.py PROGRAM SCENARIOS FOLDER [--seconds S] [--only NAME ...]

Each scenario is written as a POMDP, read by a parser of its own, and solved by both within S seconds of wall clock. Their bounds and
those of `solve --method belief` must intersect: each interval holds the optimum, whoever found it. Limits and KL terms are no part
of a POMDP, so they are taken out of the scenario first. Prints when which gap was reached; ends with 1 where intervals do not meet.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from skdecide import DiscreteDistribution, Domain, Value
from skdecide.builders.domain import (
    Actions, EnumerableTransitions, Markovian, PartiallyObservable, Rewards, Sequential, SingleAgent, UncertainInitialized)
from skdecide.hub.solver.hsvi import HSVI
from skdecide.hub.solver.sarsop import SARSOP
from skdecide.hub.space.gym import ListSpace

# What bounds may miss each other by: rounding of the values' sums and of the other program's own tolerances.
ROUNDING = 1e-6


class File:
    """A POMDP in Cassandra's format."""

    def __init__(self, path: Path):
        self.lists, self.moves, self.sees, self.rewards = {}, {}, {}, {}
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, rest = line.split("#")[0].partition(":")
            words = [word for word in rest.split() if word != ":"]
            if key in ("states", "actions", "observations"):
                self.lists[key] = words
            elif key == "discount":
                self.discount = float(words[0])
            elif key == "start":
                self.start = list(zip(self.lists["states"], map(float, words), strict=True))
            elif key in ("T", "O", "R"):
                action, state, *more, value = words
                table = {"T": self.moves, "O": self.sees, "R": self.rewards}[key]
                for name in self.lists["actions"] if action == "*" else [action]:
                    table.setdefault((name, state), {})[more[0]] = float(value)


class Conversation(
        Domain, SingleAgent, Sequential, EnumerableTransitions, Actions, Markovian, PartiallyObservable, Rewards,
        UncertainInitialized):
    T_state = T_observation = T_event = str
    T_value = float
    T_info = None

    def __init__(self, file: File):
        self.file = file
        self.end = file.lists["states"][-1]

    def _get_next_state_distribution(self, memory, action):
        return DiscreteDistribution(list(self.file.moves[action, memory].items()))

    def _get_transition_value(self, memory, action, next_state=None):
        return Value(reward=self.file.rewards.get((action, memory), {}).get("*", 0.0))

    def _is_transition_value_dependent_on_next_state_(self):
        return False

    def _is_terminal(self, state):
        return state == self.end

    def _get_action_space_(self):
        return ListSpace(self.file.lists["actions"])

    def _get_applicable_actions_from(self, memory):
        return ListSpace(self.file.lists["actions"])

    def _get_observation_space_(self):
        return ListSpace(self.file.lists["observations"])

    def _get_observation_distribution(self, state, action=None):
        action = action or self.file.lists["actions"][0]
        return DiscreteDistribution(list(self.file.sees[action, state].items()))

    def _get_initial_state_distribution_(self):
        return DiscreteDistribution([(state, share) for state, share in self.file.start if share > 0])


def judged(solver, file: File, seconds: float):
    """The bounds that a solver of scikit-decide ends with, and when its gap first was below each of a few."""
    start, reached = time.monotonic(), {}

    def look(found):
        for wanted in (0.1, 0.01, 0.001):
            if found.get_gap() <= wanted:
                reached.setdefault(wanted, time.monotonic() - start)
        return False

    with solver(
            domain_factory=lambda: Conversation(file), epsilon=1e-4, discount=file.discount,
            time_budget=int(1000 * seconds), callback=look) as found:
        found.solve()
        look(found)
        # HSVI says the value of its policy and its gap, SARSOP both bounds.
        opening = DiscreteDistribution([(state, share) for state, share in file.start if share > 0])
        lower = found.get_utility_from_belief(opening)
        lower = getattr(lower, "reward", lower)
        if hasattr(found, "get_lower_bound"):
            lower = found.get_lower_bound()
        return lower, lower + found.get_gap(), reached, time.monotonic() - start


def unlimited(path: Path, folder: Path) -> Path:
    """The scenario without its limits."""
    lines, skips = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("  constraints:"):
            skips = True
        elif not (skips and line.startswith("    ")):
            skips = False
            lines.append(line)
    copy = folder / path.name
    copy.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    fails = False
    print(f"{'scenario':22} {'by':7} {'lower':>10} {'upper':>10} {'gap':>9} {'seconds':>8}  gap reached after")
    for path in sorted(given.scenarios.glob("*.yaml")):
        if given.only and path.stem not in given.only:
            continue
        copy = unlimited(path, given.folder)
        out = given.folder / f"{path.stem}-pomdp"
        # Users who look ahead are taken as myopic: a POMDP's cannot. Both solvers want a discount below 1.
        common = [copy, "--foresight", "myopic"]
        subprocess.run(
            [given.program, "export", "pomdp", *common, "--discount", "0.95", "--out", out], check=True, capture_output=True)
        start = time.monotonic()
        answer = subprocess.run(
            [given.program, "solve", *common, "--method", "belief", "--gap", "0.0001", "--json"],
            capture_output=True, text=True)
        document = json.loads(answer.stdout)
        ours = (document["lower"], document["upper"])
        spent = time.monotonic() - start
        print(f"{path.stem:22} {'ours':7} {ours[0]:10.6f} {ours[1]:10.6f} {ours[1] - ours[0]:9.2g} {spent:8.1f}", flush=True)
        file = File(out / f"{path.stem}.pomdp")
        for name, solver in (("SARSOP", SARSOP), ("HSVI", HSVI)):
            lower, upper, reached, spent = judged(solver, file, given.seconds)
            meets = lower <= ours[1] + ROUNDING and upper >= ours[0] - ROUNDING
            fails |= not meets
            times = ", ".join(f"{gap:g}: {moment:.1f} s" for gap, moment in reached.items()) or "none of 0.1, 0.01, 0.001"
            print(
                f"{path.stem:22} {name:7} {lower:10.6f} {upper:10.6f} {upper - lower:9.2g} {spent:8.1f}  {times}"
                + ("" if meets else "  DOES NOT MEET OURS"), flush=True)
    print("NOT ACCEPTED" if fails else "accepted: every interval meets ours")
    return 1 if fails else 0


if __name__ == "__main__":
    sys.exit(main())
