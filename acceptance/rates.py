"""How many steps a second the environments do, each beside a Python program that speaks the protocol and plays no game.

usage: rates.py PROGRAM SCENARIOS [--seconds 5] [--batch 256]

One client; every step is a response by index, sessions begin anew when they have ended (resets are not counted). Nothing fails here:
the figures are for the documentation, and say what the machine was doing.
"""

import argparse
import os
import stat
import sys
import tempfile
import time
from pathlib import Path

import numpy
from nacre import NacreEnv, NacreVectorEnv, SessionClient

STUB = Path(__file__).resolve().parents[1] / "python" / "tests" / "stub_program.py"


def counted(seconds: float, do) -> float:
    """Steps a second of a function that says how many it took."""
    do()
    steps, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        steps += do()
    return steps / elapsed


def stdio(program, scenario, seconds, batch) -> dict[str, float]:
    with SessionClient(scenario, program=program) as client:
        numbers = iter(range(10**9))
        client.request([{"op": "reset", "session": index, "episode": next(numbers)} for index in range(batch)])
        over: set[int] = set()

        def step(count):
            replies = client.request([
                {"op": "reset", "session": index, "episode": next(numbers)} if index in over
                else {"op": "step", "session": index, "response": 0} for index in range(count)])
            taken = count - len(over)
            over.clear()
            over.update(index for index, reply in enumerate(replies) if reply["done"])
            return taken

        single = counted(seconds, lambda: step(1))
        over.clear()
        client.request([{"op": "reset", "session": index, "episode": next(numbers)} for index in range(batch)])
        return {"stdio, one at a time": single, f"stdio, {batch} in a line": counted(seconds, lambda: step(batch))}


def gymnasium(program, scenario, seconds, batch) -> dict[str, float]:
    with NacreEnv(scenario, program=program) as environment:
        environment.reset(seed=1)

        def one():
            if environment.step(0)[2]:
                environment.reset()
            return 1

        single = counted(seconds, one)
    vector = NacreVectorEnv(scenario, batch, program=program)
    vector.reset(seed=1)
    zeros = numpy.zeros(batch, dtype=numpy.int64)
    begins = numpy.zeros(batch, dtype=bool)

    def many():
        taken = batch - int(begins.sum())
        begins[:] = vector.step(zeros)[2]
        return taken

    rate = counted(seconds, many)
    vector.close()
    return {"Gymnasium, single": single, f"Gymnasium, vector of {batch}": rate}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--batch", type=int, default=256)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stub = Path(folder) / "sim-cli"
        stub.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STUB}" "$@"\n')
        stub.chmod(stub.stat().st_mode | stat.S_IXUSR)
        scenario = given.scenarios / "starter.yaml"
        rates = {}
        for name, program in (("sim-cli", given.program), ("stub", stub)):
            rates[name] = stdio(program, scenario, given.seconds, given.batch) | gymnasium(
                program, scenario, given.seconds, given.batch)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; steps a second")
    print(f"{'':32} {'sim-cli':>10} {'stub':>10}")
    for name in rates["sim-cli"]:
        print(f"{name:32} {rates['sim-cli'][name]:10.0f} {rates['stub'][name]:10.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
