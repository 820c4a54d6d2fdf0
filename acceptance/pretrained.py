"""The loop on a pretrained model: SmolLM2-135M-Instruct is taught the scenario's reference, trained on exported pairs, and played.

usage: pretrained.py PROGRAM SCENARIOS FOLDER [--seeds 3] [--labels quota,soft,shuffled] [--size whole|small] [--cost]

Prompts are split into those that are trained on and those that are held out. For the published model (base), after fine-tuning to the
reference (sft), and after training on each kind of labels, it is measured: how far the strategy among the exported answers lies from
the target, on both halves; what the model says by itself on prompts that were held out, sampled and labelled by the lexical labeller;
what its users then do, played; and what became of ordinary prompts. `shuffled` are quota rows whose orientation is dealt by a coin.

Every part (a training, a measurement) is kept in FOLDER as it ends, by settings, seed and kind: the same command goes on where it was
stopped. What it costs is measured and said before it begins. Ends with 1 where a gate is missed; `--size small` has no gates.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pretrained_measures as measures
import pretrained_model
import pretrained_training as training
import torch
from pretrained_training import Settings

KINDS = ("quota", "soft", "shuffled")
SIZES = {
    # Sizes of the plain loop that was tried first: 160 steps of 8 samples, 200 steps of 4 pairs, 40 prompts.
    "whole": Settings(prompts=40, sft_steps=160, sft_batch=8, sft_rate=3e-5, dpo_steps=200, dpo_batch=4, dpo_rate=1e-5, samples=8,
                      conversations=200, ordinary=50, answer_tokens=40, layers=30),
    # The smallest that says something: the upper layers alone are trained, and rates are higher because steps are few.
    "small": Settings(prompts=16, sft_steps=40, sft_batch=4, sft_rate=2e-4, dpo_steps=24, dpo_batch=4, dpo_rate=5e-5, samples=4,
                      conversations=16, ordinary=20, answer_tokens=28, layers=12),
}
# Gates of the whole form, on the mean over seeds.
GAIN = 0.5          # of the solver's gain over the base model at the training prompts, among the exported answers
NOTHING = 0.25      # what shuffled labels may seem to recover of what fine-tuning left
LIMIT = 40 * 60     # seconds that a part may take


@dataclass
class Part:
    """One thing that is done once and kept: its name is its folder."""

    name: str
    seconds: float
    do: object


class Kept:
    """Results by part, in a folder of their own for these settings."""

    def __init__(self, folder: Path, settings: Settings):
        text = json.dumps(asdict(settings), sort_keys=True)
        self.folder = folder / hashlib.sha256(text.encode()).hexdigest()[:12]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "settings.json").write_text(text + "\n")

    def place(self, name: str) -> Path:
        return self.folder / name

    def result(self, name: str) -> dict | None:
        path = self.place(name) / "result.json"
        return json.loads(path.read_text()) if path.is_file() else None

    def run(self, part: Part):
        if self.result(part.name) is not None:
            print(f"{part.name:28} kept", flush=True)
            return
        began = time.monotonic()
        self.place(part.name).mkdir(parents=True, exist_ok=True)
        result = part.do() | {"seconds": time.monotonic() - began}
        partial = self.place(part.name) / "result.partial"
        partial.write_text(json.dumps(result, indent=1) + "\n")
        partial.rename(self.place(part.name) / "result.json")
        print(f"{part.name:28} {result['seconds']:8.0f} s  {training.summary(result)}", flush=True)


def parts(kept: Kept, data: training.Data, settings: Settings, seeds: int, kinds: list[str], cost: training.Cost) -> list[Part]:
    """What is to be done, in order. Nothing is loaded before it is needed."""
    model = lambda name: kept.place(name) / "model.safetensors"
    measured = cost.measure(settings, data)
    base = kept.place("measure/base")
    made = [Part("measure/base", measured, lambda: measures.measure(pretrained_model.base(), data, settings, base, base))]

    def measure(name):
        return Part(f"measure/{name}", measured, lambda: measures.measure(
            pretrained_model.load(model(name)), data, settings, kept.place(f"measure/{name}"), base))

    for seed in range(1, seeds + 1):
        sft = f"seed-{seed}/sft"
        made.append(Part(sft, cost.fine_tuning(settings), lambda seed=seed, sft=sft: training.fine_tune(data, settings, seed, model(sft))))
        made.append(measure(sft))
        for kind in kinds:
            name = f"seed-{seed}/{kind}"
            made.append(Part(name, cost.preferring(data, settings, kind), lambda seed=seed, kind=kind, name=name, sft=sft:
                training.prefer(data, settings, kind, seed, model(sft), model(name))))
            made.append(measure(name))
    return made


def report(kept: Kept, seeds: int, kinds: list[str]) -> list[str]:
    """The table, and the gates that are missed. Means over seeds, with their range where there are several."""
    base = kept.result("measure/base")
    missed = []
    print(f"\n{'model':10} {'measure':74} {'mean':>8}  range over seeds")
    for kind in ("base", "sft", *kinds):
        names = ["measure/base"] if kind == "base" else [f"measure/seed-{seed}/{kind}" for seed in range(1, seeds + 1)]
        found = [measures.against(kept.result(name), base) for name in names]
        for key in found[0]:
            values = [one[key] for one in found if one[key] is not None]
            if not values:
                continue
            mean = sum(values) / len(values)
            spread = "" if len(values) == 1 else f"{min(values):.3f} to {max(values):.3f}"
            print(f"{kind:10} {key:74} {mean:8.3f}  {spread}")
            if kind in ("quota", "soft") and key == measures.GAIN_KEY and mean < GAIN:
                missed.append(f"{kind}: {key} is {mean:.3f}, less than {GAIN}")
        if kind == "shuffled":
            closed = [measures.closed(kept.result(name), kept.result(f"measure/seed-{seed}/sft"))
                      for seed, name in enumerate(names, 1)]
            mean = sum(closed) / len(closed)
            print(f"{kind:10} {'share closed of the distance that fine-tuning left':74} {mean:8.3f}")
            if mean > NOTHING:
                missed.append(f"shuffled labels close {mean:.3f} of the distance, more than {NOTHING}")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--labels", default=",".join(KINDS))
    parser.add_argument("--size", choices=sorted(SIZES), default="whole")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cost", action="store_true", help="say what it costs, and stop")
    given = parser.parse_args()
    kinds = given.labels.split(",")
    if given.seeds < 1 or set(kinds) - set(KINDS):
        parser.error(f"at least one seed, and labels among {', '.join(KINDS)}")
    torch.set_num_threads(given.threads)
    settings = SIZES[given.size]
    kept = Kept(given.folder, settings)
    data = training.export(given.program, given.scenarios / "starter.yaml", kept.folder / "data", settings)
    cost = training.measured(data, settings)
    todo = [part for part in parts(kept, data, settings, given.seeds, kinds, cost)]
    left = [part for part in todo if kept.result(part.name) is None]
    print(f"{pretrained_model.NAME} on {pretrained_model.device()}, {given.threads} threads; {training.versions()}")
    print(f"{len(data.train)} prompts to train on, {len(data.held_out)} held out; {len(left)} of {len(todo)} parts to do, about "
          f"{sum(part.seconds for part in left) / 60:.0f} minutes (a step of training takes {cost.step:.1f} s for 8 sequences); "
          f"the longest part about {max([part.seconds for part in left], default=0) / 60:.0f} minutes", flush=True)
    for part in left:
        if part.seconds > LIMIT:
            print(f"  {part.name} may take longer than {LIMIT // 60} minutes here")
    if given.cost:
        return 0
    for part in todo:
        kept.run(part)
    missed = report(kept, given.seeds, kinds)
    print(f"\nanswers to ordinary prompts, before and after: {kept.folder}/measure/*/ordinary.jsonl")
    if given.size == "small":
        print("no gates: the small form shows that every part works, and roughly how far it goes")
        return 0
    for line in missed:
        print(f"DOES NOT HOLD: {line}")
    print("NOT ACCEPTED" if missed else "accepted: every gate holds")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
