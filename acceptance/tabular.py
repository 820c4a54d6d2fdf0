"""6a: the exact DPO optimum of a written file, by an optimiser of its own, against the target policy.

For each prompt the loss is a sum over rows of -p log s(beta (x_c - x_r)) - (1 - p) log s(beta (x_r - x_c)) in the log ratios
x = log(pi / pi_ref), convex and separable by prompt; its minimiser is pi(a) proportional to pi_ref(a) exp(x(a)).
"""

import random
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from program import rows


def fit(prompt_rows: list[dict], names: list[str], limit: float = 40.0) -> np.ndarray:
    """The log ratios that minimise the DPO loss of one prompt's rows, the first fixed at 0.

    The box keeps hard labels, whose optimum is infinite, from running away; soft and quota optima lie inside it.
    """
    index = {name: position for position, name in enumerate(names)}
    count = len(names)
    # won[a, b]: how often a is preferred to b; a soft row counts for both orientations.
    won = np.zeros((count, count))
    for row in prompt_rows:
        share = row["p_chosen"] if row["label_mode"] == "soft" else 1.0
        chosen, rejected = index[row["chosen_response"]], index[row["rejected_response"]]
        won[chosen, rejected] += share
        won[rejected, chosen] += 1 - share
    beta = prompt_rows[0]["beta"]

    def loss(free: np.ndarray):
        x = np.concatenate([[0.0], free])
        z = beta * (x[:, None] - x[None, :])
        slope = -beta * won / (1 + np.exp(z))
        return np.sum(won * np.logaddexp(0, -z)), (slope.sum(1) - slope.sum(0))[1:]

    result = minimize(
        loss, np.zeros(count - 1), jac=True, method="L-BFGS-B", bounds=[(-limit, limit)] * (count - 1),
        options={"maxiter": 5000, "ftol": 1e-16, "gtol": 1e-11, "maxcor": 30})
    return np.concatenate([[0.0], newton(result.x, won, beta)])


def newton(free: np.ndarray, won: np.ndarray, beta: float) -> np.ndarray:
    """A few Newton steps, which turn a good minimum into one to rounding; left out where the optimum is at infinity."""
    met = won + won.T
    for _ in range(20):
        x = np.concatenate([[0.0], free])
        s = 1 / (1 + np.exp(-beta * (x[:, None] - x[None, :])))
        gradient = beta * (met * s - won).sum(1)
        weight = beta * beta * met * s * (1 - s)
        hessian = np.diag(weight.sum(1)) - weight
        if np.linalg.cond(hessian[1:, 1:]) > 1e12:
            return free
        step = np.linalg.solve(hessian[1:, 1:], gradient[1:])
        if not np.all(np.isfinite(step)) or np.max(np.abs(step)) > 5:
            return free
        free = free - step
        if np.max(np.abs(step)) < 1e-14:
            break
    return free


def untrained(candidates: Path) -> float:
    """Mean total variation distance of the reference itself from the target."""
    return float(np.mean([
        0.5 * sum(abs(item["pi_ref"] - item["pi_star"]) for item in prompt["completions"])
        for prompt in rows(candidates / "candidates.jsonl")]))


def recovered(folder: Path, candidates: Path, shuffles: bool = False) -> list[tuple[dict, dict[str, float], float]]:
    """Per prompt: the prompt, the fitted strategy, and its total variation distance from the target.

    With `shuffles` the orientation of every row is dealt anew by a fair coin first: labels that say nothing.
    """
    groups: dict[str, list[dict]] = {}
    coin = random.Random(11)
    for row in rows(folder / "data" / "train.jsonl"):
        if shuffles and coin.random() < 0.5:
            row["chosen_response"], row["rejected_response"] = row["rejected_response"], row["chosen_response"]
        groups.setdefault(row["prompt_id"], []).append(row)
    result = []
    for prompt in rows(candidates / "candidates.jsonl"):
        given = groups.get(prompt["prompt_id"])
        if not given:
            continue
        completions = [item for item in prompt["completions"] if item["pi_ref"] > 0]
        names = [item["response"] for item in completions]
        reference = np.array([item["pi_ref"] for item in completions])
        target = np.array([item["pi_star"] for item in completions])
        x = fit(given, names)
        weights = reference * np.exp(x - x.max())
        strategy = weights / weights.sum()
        distance = 0.5 * float(np.abs(strategy - target / target.sum()).sum())
        result.append((prompt, dict(zip(names, map(float, strategy))), distance))
    return result
