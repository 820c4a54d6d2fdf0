"""Values of POMDP files by pomdp_toolkit: its own parser, and its point-based value iteration."""

import contextlib
import json
import sys

with contextlib.redirect_stdout(sys.stderr):
    import numpy as np
    from pomdp_toolkit import Belief, ValueFunction
    from pomdp_toolkit.parsers import POMDPParser
    from pomdp_toolkit.solvers import PBVI_SSRA


def value(path, discount):
    model = POMDPParser.parse(path)
    # Its own start, zero everywhere, is no lower bound where rewards are negative, and is never dropped.
    start = np.full((1, len(model.states)), -1e3)
    start[0, list(model.state_labels).index("s_end")] = 0
    function, _ = PBVI_SSRA.solve(
        model, expansions=12, max_belief_growth=200, gamma=discount, rng=1, print_progress=False, print_stats=False,
        initial_value_function=ValueFunction(model, start, np.array([0])))
    return float(np.max(function.alpha_vector_array @ Belief(model).values))


def main():
    job = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        answers = [value(path, job["discount"]) for path in job["files"]]
    json.dump(answers, sys.stdout)


main()
