"""6c: a trained model's strategy, played in the simulator that the data came from."""

import json
from pathlib import Path

import numpy as np

from program import Program


def policy(program: Program, solved: Path, prompts: list[dict], strategies: list[dict[str, float]], name: str):
    """A policy file with the memory of the solved one, and the share of its nodes that the prompts cover.

    At each node of the memory stands the mean of the strategies at the prompts which lead there, weighed by how probable they
    are. Nodes without a prompt give the reference.
    """
    made = json.loads(solved.read_text())
    names = made["responses"]
    reference = prompts[0]["completions"]
    reference = [next((c["pi_ref"] for c in reference if c["response"] == n), 0.0) for n in names]
    sums = {}
    for prompt, strategy in zip(prompts, strategies):
        for place in prompt["nodes"]:
            total = sums.setdefault(place["node"], np.zeros(len(names)))
            total += place["reach"] * np.array([strategy.get(n, 0.0) for n in names])
    for index, node in enumerate(made["strategies"]):
        chosen = sums.get(index)
        node["strategy"] = list(map(float, chosen / chosen.sum())) if chosen is not None else reference
    made["solution"] = {}
    path = program.folder / f"{name}.json"
    path.write_text(json.dumps(made))
    return path, len(sums) / len(made["strategies"])


def recovered(program: Program, solved: Path, played: Path) -> float:
    """The exact share of the solver's gain over the reference that a policy has."""
    text = program.run("evaluate", program.scenario, "--policy", "reference", "--policy", solved, "--policy", played,
                       "--json")
    low, high, here = (entry["payoff"] for entry in json.loads(text)["policies"])
    return (here - low) / (high - low)


def simulated(program: Program, solved: Path, played: Path, blocks: int = 20, episodes: int = 20_000):
    """The same by playing: mean and 95 % interval (Student's t over the blocks, by the jackknife for a ratio).

    In each block all three policies meet the same users.
    """
    gains, wholes = [], []
    for seed in range(1, blocks + 1):
        text = program.run("simulate", program.scenario, "--policy", "reference", "--compare", played, "--compare", solved,
                           "--episodes", episodes, "--seed", seed, "--json", "--quiet")
        here, there = (entry["difference"]["payoff"]["mean"] for entry in json.loads(text)["compared"])
        gains.append(here)
        wholes.append(there)
    gains, wholes = np.array(gains), np.array(wholes)
    ratio = gains.sum() / wholes.sum()
    left_out = (gains.sum() - gains) / (wholes.sum() - wholes)
    error = np.sqrt((blocks - 1) / blocks * np.sum((left_out - left_out.mean()) ** 2))
    from scipy.stats import t
    reach = t.ppf(0.975, blocks - 1) * error
    return ratio, ratio - reach, ratio + reach
