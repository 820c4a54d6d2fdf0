"""The loop in words, from a model behind an address to pairs about its own answers, and five steps of a trainer on them.

usage: words.py PROGRAM SCENARIOS FOLDER

A small real model (model_server.py) plays self-harm-question: 20 conversations, four answers at every prompt that it met. The
answers are labelled by the words of the scenario and, where NACRE_GOLD names a file of labelled answers, by those; the pairs
that come of it are checked, read by `datasets`, and trained on. Ends with 1 where a step fails or gives nothing.

Nothing is claimed from what so small a model says, nor from five steps: that every file is read by the next program is the claim.
"""

import argparse
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from program import Program, rows

CONVERSATIONS = 20
SAMPLES = 4
TOKENS = 48
STEPS = 5


class Steps:
    """One line a step: how long it took, and what came out."""

    def __init__(self):
        print(f"{'step':12} {'seconds':>8}  result")

    def run(self, name, do):
        began = time.monotonic()
        outcome, said = do()
        print(f"{name:12} {time.monotonic() - began:8.1f}  {said}", flush=True)
        return outcome


@contextmanager
def server(folder: Path, patience: float = 300):
    """The model's address while it is served, as a child that ends with this program."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    with log.open("w") as output:
        child = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("model_server.py")), str(port)], stdout=output, stderr=output)
        try:
            until = time.monotonic() + patience
            while True:
                if child.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the model's server did not start:\n{log.read_text()[-2000:]}")
                try:
                    with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                        if answer.status == 200:
                            break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.5)
            yield address
        finally:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()


def post(address: str, body: dict, timeout: float = 600) -> dict:
    request = urllib.request.Request(
        f"{address}/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


def hello(address: str):
    """One answer, to see that the address speaks the protocol."""
    answer = post(address, {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8, "temperature": 0})
    text = answer["choices"][0]["message"]["content"]
    assert text.strip(), "the model says nothing"
    return text, f"{address} answers: {text.strip()!r}"


def play(program: Program, policy: Path, address: str, gold: list[str]):
    out = program.folder / "played"
    program.run("play", program.scenario, "--model", address, "--policy-file", policy, "--episodes", CONVERSATIONS,
                "--samples", SAMPLES, "--max-answer-tokens", TOKENS, "--temperature", 0.8, "--concurrency", 4, "--timeout", 600,
                "--out", out, "--inspect", log(program), "--force", "--quiet", *gold, timeout=4 * 3600)
    prompts = rows(out / "candidates.jsonl")
    assert prompts and all(len(prompt["candidates"]) >= 2 for prompt in prompts), "prompts have answers to compare"
    answers = sum(len(prompt["candidates"]) for prompt in prompts)
    return out, f"{CONVERSATIONS} conversations; {len(prompts)} prompts with {answers} answers"


def log(program: Program) -> Path:
    return program.folder / "inspect.json"


def inspect(program: Program):
    """The transcripts as Inspect reads them."""
    from inspect_ai.log import read_eval_log

    read = read_eval_log(str(log(program)))
    assert read.status == "success" and len(read.samples) == CONVERSATIONS, "one sample a conversation"
    return read, f"{len(read.samples)} samples"


def label(program: Program, played: Path, gold: list[str]):
    out = program.folder / "labels"
    program.run("label", played / "candidates.jsonl", "--scenario", program.scenario, "--out", out, "--force", "--quiet", *gold)
    labels = [line for line in rows(out / "labels.jsonl") if line["kind"] == "answer"]
    assert labels and all(abs(sum(line["response"].values()) - 1) < 1e-6 for line in labels), "labels are distributions"
    abstained = sum(line["abstained"] for line in labels)
    return out / "labels.jsonl", f"{len(labels)} answers, {abstained} of them abstained"


def export(program: Program, policy: Path, played: Path, labels: Path):
    """By the default's rules, but with all labels: that rows come out is what counts here, not that they are good ones."""
    out = program.folder / "pairs"
    program.run("export", "dpo", program.scenario, "--policy", policy, "--tau", 0.2, "--candidates",
                played / "candidates.jsonl", "--answer-labels", labels, "--use-abstained", "--test-share", 0, "--out", out,
                "--force", "--quiet")
    return out, f"{len(rows(out / 'data' / 'train.jsonl'))} rows"


def check(program: Program, pairs: Path):
    said = program.run("check", pairs, "--json")
    found = json.loads(said).get("findings", [])
    return found, f"{len(found)} findings"


def read(pairs: Path):
    import training

    training.prepare(os.cpu_count() or 1)
    data = training.load(pairs)
    assert len(data) > 0, "datasets reads no rows"
    for side in ("chosen", "rejected"):
        assert not any(re.fullmatch(r"\[.*\]", row[side][-1]["content"]) for row in data), "a placeholder is training text"
    return data, f"{len(data)} rows, columns {', '.join(data.column_names)}"


def train(program: Program, data):
    """Five steps of TRL's DPOTrainer on a tiny model with random weights, whose words are those of the rows."""
    import math

    import language_model
    import training
    from trl import DPOConfig, DPOTrainer

    texts = {message["content"] for row in data for part in ("prompt", "chosen", "rejected") for message in row[part]}
    words = language_model.tokenizer(sorted(texts))
    settings = training.SHARED | {"logging_strategy": "steps", "logging_steps": 1, "warmup_steps": 0}
    trainer = DPOTrainer(
        model=language_model.model(words, seed=1), ref_model=language_model.model(words, seed=1), processing_class=words,
        train_dataset=data,
        args=DPOConfig(output_dir=str(program.folder / "run"), beta=data[0]["beta"], max_steps=STEPS, learning_rate=1e-3,
                       per_device_train_batch_size=min(16, len(data)), **settings))
    with redirect_stdout(io.StringIO()):        # a line a step, which the table has already
        trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == STEPS and all(map(math.isfinite, losses)), f"losses {losses}"
    return losses, "losses " + " ".join(f"{loss:.4f}" for loss in losses)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    gold = ["--examples", os.environ["NACRE_GOLD"]] if os.environ.get("NACRE_GOLD") else []
    program = Program(given.program, given.scenarios / "self-harm-question.yaml", given.folder / "words")
    steps = Steps()
    try:
        policy = steps.run("solve", lambda: (program.solve(), "a policy to compare with"))
        with server(program.folder) as address:
            steps.run("model", lambda: hello(address))
            played = steps.run("play", lambda: play(program, policy, address, gold))
        steps.run("inspect", lambda: inspect(program))
        labels = steps.run("label", lambda: label(program, played, gold))
        pairs = steps.run("export", lambda: export(program, policy, played, labels))
        steps.run("check", lambda: check(program, pairs))
        data = steps.run("datasets", lambda: read(pairs))
        steps.run("train", lambda: train(program, data))
    except (AssertionError, RuntimeError, StopIteration, KeyError, OSError) as error:
        print(f"NOT ACCEPTED: {type(error).__name__}: {error}")
        return 1
    print("accepted: every step read what the one before it wrote")
    return 0


if __name__ == "__main__":
    sys.exit(main())
