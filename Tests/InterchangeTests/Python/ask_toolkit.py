"""Values of POMDP files by pomdp_toolkit: its own parser, and its point-based value iteration."""

import contextlib
import json
import sys

with contextlib.redirect_stdout(sys.stderr):
    import numpy as np
    from pomdp_toolkit import Belief
    from pomdp_toolkit.parsers import POMDPParser
    from pomdp_toolkit.solvers import PBVI_SSEA


def value(path, discount):
    model = POMDPParser.parse(path)
    function, _ = PBVI_SSEA.solve(
        model, expansions=12, max_belief_growth=100, gamma=discount, rng=1, print_progress=False, print_stats=False)
    return float(np.max(function.alpha_vector_array @ Belief(model).values))


def main():
    job = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        answers = [value(path, job["discount"]) for path in job["files"]]
    json.dump(answers, sys.stdout)


main()
