"""Values of PRISM models by Storm: exact ones in rational arithmetic, and in doubles."""

import json
import sys
from fractions import Fraction

import stormpy
import stormpy.pomdp


def value(path, query, exact, partial):
    program = stormpy.parse_prism_program(path)
    properties = stormpy.parse_properties(query, program)
    build = stormpy.build_model[stormpy.Rational] if exact else stormpy.build_model
    model = build(program, properties)
    if partial:
        result = stormpy.pomdp.verify_with_belief_unfolding(model, properties[0])
        assert result.completed_exploration
        found = result.value
    else:
        found = stormpy.model_checking(model, properties[0]).get_value(model.initial_states[0])
    return str(Fraction(str(found))) if exact else float(found)


def main():
    job = json.load(sys.stdin)
    answers = []
    for question in job["questions"]:
        found = value(question["file"], question["query"], job["exact"], job["partial"])
        if isinstance(found, str):
            # The shift is a multiple of 2^-10, so this is exact until the last step.
            found = float(Fraction(found) - Fraction(question["shift"]))
        else:
            found -= question["shift"]
        answers.append(found)
    json.dump(answers, sys.stdout)


main()
