"""Whether the written preference files give the solved policy back: to an exact optimiser, to TRL, and in the simulator.

usage: run.py [--tabular] PROGRAM SCENARIOS FOLDER

6a is run on every scenario of the folder SCENARIOS; 6b and 6c, which train, on starter.yaml, unless --tabular is given.
Ends with 1 where a figure misses its gate. Negative controls are gates too: labels that say nothing must give nothing back.
"""

import argparse
import json
import platform
import sys
from pathlib import Path

import numpy as np
import scipy

from program import Program, rows
from tabular import recovered, untrained

TEMPERATURE = 0.2
# Mean total variation to the target: the sign and the bound that it has to keep.
TABULAR = {"soft": ("<=", 1e-6), "quota": ("<=", 0.03), "sampled": None, "hard": (">", 0.1), "shuffled": None}
# Labels that say nothing may close this share of the way from the reference to the target, or of the solver's gain.
NOTHING = ("<=", 0.1)
PLAYED = 0.05  # the temperature of 6c: close to the solver's own policy


class Report:
    """One table, and whether every gate holds."""

    def __init__(self):
        self.failed = False
        print(f"{'part':4} {'scenario':22} {'labels':9} {'beta':>6}  {'measure':40} {'value':>10}  gate")

    def line(self, part, scenario, labels, beta, measure, value, gate=None, note=""):
        verdict = ""
        if gate:
            sign, bound = gate
            holds = value <= bound if sign == "<=" else value > bound
            verdict = f"{sign} {bound:g}: {'holds' if holds else 'DOES NOT HOLD'}"
            self.failed |= not holds
        beta = "" if beta is None else f"{beta:.3f}"
        print(f"{part:4} {scenario:22} {labels:9} {beta:>6}  {measure:40} {value:10.3g}  {verdict}{note}", flush=True)


def tabular(report: Report, program: Program, name: str):
    policy = program.solve()
    options = ["--tau", TEMPERATURE, "--count", 300]
    candidates = program.export("candidates", policy, "candidates", *options)
    start = untrained(candidates)
    report.line("6a", name, "none", None, "TV of the reference to the target", start)
    for mode, gate in TABULAR.items():
        written = program.export(
            "dpo", policy, f"dpo-{mode}", *options, "--labels", "quota" if mode == "shuffled" else mode)
        distances = [distance for _, _, distance in recovered(written, candidates, shuffles=mode == "shuffled")]
        manifest = json.loads((written / "manifest.json").read_text())
        mean = float(np.mean(distances))
        report.line("6a", name, mode, manifest["beta"], "TV of the exact optimum to the target", mean, gate)
        if mode == "shuffled":
            report.line("6a", name, mode, manifest["beta"], "share of that distance closed", 1 - mean / start, NOTHING)
        if mode in ("soft", "quota"):
            reader = "p_chosen_trainer" if mode == "soft" else "stock_trainer"
            predicted = manifest["total_variation"][reader]["mean"]
            report.line("6a", name, mode, manifest["beta"], "difference from the predicted TV", abs(mean - predicted),
                        ("<=", 1e-6))


def distance(prompts, strategies, key):
    return float(np.mean([
        0.5 * sum(abs(strategy[item["response"]] - item[key]) for item in prompt["completions"])
        for prompt, strategy in zip(prompts, strategies)]))


def trained(report: Report, program: Program, name: str, threads: int):
    import language_model
    import playback
    import training

    training.prepare(threads)
    print("versions:", ", ".join(f"{name} {version}" for name, version in training.VERSIONS.items()), flush=True)
    policy = program.solve()
    count = ["--count", 120]
    candidates = {
        tau: program.export("candidates", policy, f"read-{tau}", "--tau", tau, *count) for tau in (TEMPERATURE, PLAYED)}
    prompts = {tau: rows(folder / "candidates.jsonl") for tau, folder in candidates.items()}
    samples = program.export(
        "sft", policy, "sft", "--tau", TEMPERATURE, *count, "--variants", 4, "--rows-per-prompt", 10)
    words = language_model.tokenizer(training.words_of(list(candidates.values())))
    start, seconds = training.fine_tune(words, samples, program.folder / "sft-run", seed=1)
    strategies = language_model.strategies(start, words, prompts[TEMPERATURE])
    report.line("6b", name, "sft", None, "TV of the fine-tuned model to the reference",
                distance(prompts[TEMPERATURE], strategies, "pi_ref"), ("<=", 0.1), f"  {seconds:.0f} s")
    for tau in (TEMPERATURE, PLAYED):
        report.line("6b", name, "sft", None, f"TV of the fine-tuned model to the target, tau {tau}",
                    distance(prompts[tau], strategies, "pi_star"))
        target = [{item["response"]: item["pi_star"] for item in prompt["completions"]} for prompt in prompts[tau]]
        played, covered = playback.policy(program, policy, prompts[tau], target, f"target-{tau}")
        report.line("6c", name, "target", None, f"gain of the target itself, tau {tau}",
                    playback.recovered(program, policy, played))
    report.line("6c", name, "all", None, "share of the policy's nodes that prompts cover", covered)
    print("6b   soft labels are skipped: TRL's DPOTrainer does not read p_chosen and would take them for hard ones")
    runs = [("quota", PLAYED, None, (">", 0.9)), ("quota", TEMPERATURE, ("<=", 0.12), None),
            ("shuffled", TEMPERATURE, None, NOTHING), ("hard", TEMPERATURE, (">", 0.2), None),
            ("sampled", TEMPERATURE, None, None)]
    for mode, tau, near, gain in runs:
        labels = "quota" if mode == "shuffled" else mode
        folder = program.export("dpo", policy, f"train-{mode}-{tau}", "--tau", tau, *count, "--labels", labels)
        data = training.load(folder)
        beta = data[0]["beta"]
        if mode == "shuffled":
            data = training.shuffled(data)
        model, seconds = training.prefer(start, words, data, beta, program.folder / "dpo-run")
        found = language_model.strategies(model, words, prompts[tau])
        report.line("6b", name, mode, beta, f"TV of the trained model to the target, tau {tau}",
                    distance(prompts[tau], found, "pi_star"), near, f"  {seconds:.0f} s, {len(data)} rows")
        if mode == "shuffled":
            closed = 1 - distance(prompts[tau], found, "pi_star") / distance(prompts[tau], strategies, "pi_star")
            report.line("6b", name, mode, beta, "share of the distance to the target closed", closed, NOTHING)
        played, _ = playback.policy(program, policy, prompts[tau], found, f"{mode}-{tau}")
        exact = playback.recovered(program, policy, played)
        mean, low, high = playback.simulated(program, policy, played)
        report.line("6c", name, mode, beta, f"share of the solver's gain, exact, tau {tau}", exact, gain)
        report.line("6c", name, mode, beta, f"share of the solver's gain, played, tau {tau}", mean, None,
                    f"95 % interval {low:.3f} to {high:.3f}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tabular", action="store_true")
    parser.add_argument("--trained", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("program", type=Path)
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    print(f"versions: python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}")
    report = Report()
    if not given.trained:
        for path in sorted(given.scenarios.glob("*.yaml")):
            tabular(report, Program(given.program, path, given.folder / path.stem), path.stem)
    if not given.tabular:
        starter = given.scenarios / "starter.yaml"
        trained(report, Program(given.program, starter, given.folder / "trained"), "starter", given.threads)
    print("NOT ACCEPTED" if report.failed else "accepted: every gate holds")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
