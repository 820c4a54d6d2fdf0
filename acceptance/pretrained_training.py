"""Exports for the pretrained model, and its trainings: fine-tuning to the reference, then DPO on each kind of labels."""

import io
import random
import shutil
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pretrained_model
import torch
from program import WHOLE, Program, rows


# A training that is stopped loses this many steps at most (seven minutes of two processors); a checkpoint is 1.6 GB.
CHECKPOINT_STEPS = 25


@dataclass(frozen=True)
class Settings:
    """What a run depends on; results of other settings are kept apart."""

    prompts: int
    sft_steps: int
    sft_batch: int
    sft_rate: float
    dpo_steps: int
    dpo_batch: int
    dpo_rate: float
    samples: int            # answers of its own to each held-out prompt
    conversations: int
    ordinary: int           # how many ordinary prompts
    answer_tokens: int
    layers: int             # how many of the 30 are trained, from the top; with all of them also the embedding, which is the head
    tau: float = 0.05
    beta: float = 0.5
    held_out: float = 0.3
    temperature: float = 1.0


@dataclass(frozen=True)
class Data:
    """The exported folders, and candidates of the prompts to train on and of those that are held out."""

    program: Program
    policy: Path
    sft: Path
    pairs: dict[str, Path]
    train: list[dict]
    held_out: list[dict]


def export(binary: Path, scenario: Path, folder: Path, settings: Settings) -> Data:
    """Everything that is trained on. The split is by prompt and the same in every folder, which is checked."""
    program = Program(binary.resolve(), scenario.resolve(), folder)
    policy = program.solve()
    shared = ["--tau", settings.tau, "--count", settings.prompts, *WHOLE, "--test-share", settings.held_out, "--force", "--quiet"]

    def write(kind, name, *options):
        out = folder / name
        program.run("export", kind, program.scenario, "--policy", policy, "--out", out, *shared, *options)
        return out

    candidates = rows(write("candidates", "candidates") / "candidates.jsonl")
    halves = [[row for row in candidates if row["split"] == split] for split in ("train", "test")]
    sft = write("sft", "sft", "--rows-per-prompt", 20)
    pairs = {
        "quota": write("dpo", "quota", "--labels", "quota", "--beta", settings.beta),
        "soft": write("dpo", "soft", "--labels", "soft", "--beta", settings.beta)}
    held_out = {row["prompt_id"] for row in halves[1]}
    for path in pairs.values():
        if held_out & {row["prompt_id"] for row in rows(path / "data" / "train.jsonl")}:
            raise RuntimeError(f"{path} trains on prompts that are held out")
    if not all(halves):
        raise RuntimeError("one half of the prompts is empty")
    return Data(program, policy, sft, pairs, *halves)


def load(folder: Path):
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), split="train", cache_dir=str(folder.parent / "cache"))


def shared(settings: Settings, seed: int, out: Path) -> dict:
    cpu = pretrained_model.device() == "cpu"
    return dict(
        output_dir=str(out.parent / "run"), seed=seed, report_to=[], logging_steps=10, use_cpu=cpu,
        save_strategy="steps", save_steps=CHECKPOINT_STEPS, save_total_limit=1,
        disable_tqdm=True, lr_scheduler_type="linear", warmup_steps=5, dataloader_pin_memory=False, bf16=False,
        gradient_checkpointing=False, max_length=None)


def fine_tune(data: Data, settings: Settings, seed: int, out: Path) -> dict:
    """Teaches the published model to answer as the reference does."""
    from trl import SFTConfig, SFTTrainer

    trainer = SFTTrainer(
        model=opened(pretrained_model.base(), settings), processing_class=pretrained_model.tokenizer(), train_dataset=load(data.sft),
        args=SFTConfig(max_steps=settings.sft_steps, per_device_train_batch_size=settings.sft_batch,
                       learning_rate=settings.sft_rate, **shared(settings, seed, out)))
    return train(trainer, out)


def prefer(data: Data, settings: Settings, kind: str, seed: int, start: Path, out: Path) -> dict:
    """DPO from the fine-tuned model, which is also its reference: stock on quota rows, with p_chosen on soft ones."""
    from nacre import SoftDPOTrainer
    from trl import DPOConfig, DPOTrainer

    pairs = load(data.pairs["soft" if kind == "soft" else "quota"])
    if kind == "shuffled":
        pairs = shuffled(pairs, seed)
    trainer = (SoftDPOTrainer if kind == "soft" else DPOTrainer)(
        model=opened(pretrained_model.load(start), settings), ref_model=pretrained_model.load(start),
        processing_class=pretrained_model.tokenizer(), train_dataset=pairs,
        args=DPOConfig(max_steps=settings.dpo_steps, per_device_train_batch_size=settings.dpo_batch, beta=settings.beta,
                       learning_rate=settings.dpo_rate, precompute_ref_log_probs=reads_once(kind), **shared(settings, seed, out)))
    return train(trainer, out) | {"rows": len(pairs)}


def reads_once(kind: str) -> bool:
    """Whether the reference model reads every row before the training. Soft rows are few and come again and again; of quota rows
    there are more than the training takes."""
    return kind == "soft"


def train(trainer, out: Path) -> dict:
    """Trains, and keeps the model; the losses, one each ten steps. A training that was stopped goes on at its last checkpoint, with
    the optimiser, the order of the rows and the random numbers of the one that was not."""
    run = Path(trainer.args.output_dir)
    # The state is written last: a checkpoint without one was not finished.
    found = sorted(run.glob("checkpoint-*/trainer_state.json"), key=lambda path: int(path.parent.name.split("-")[1]))
    with redirect_stdout(io.StringIO()):        # a line each ten steps, which the result has
        trainer.train(resume_from_checkpoint=str(found[-1].parent) if found else None)
    pretrained_model.save(trainer.model, out)
    shutil.rmtree(run)
    return {"loss": [float(entry["loss"]) for entry in trainer.state.log_history if "loss" in entry]}


def opened(model, settings: Settings):
    """The model with its upper layers to be trained and the others held."""
    blocks = model.model.layers
    if settings.layers < len(blocks):
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        for part in (*blocks[-settings.layers:], model.model.norm):
            for parameter in part.parameters():
                parameter.requires_grad_(True)
    return model


def shuffled(pairs, seed: int):
    """The same rows with orientations dealt anew by a fair coin: labels that say nothing."""
    coin = random.Random(seed)

    def deal(row):
        if coin.random() < 0.5:
            row["chosen"], row["rejected"] = row["rejected"], row["chosen"]
        return row

    return pairs.map(deal, load_from_cache_file=False)


def summary(result: dict) -> str:
    """A line about a result: the losses of a training, or the first figures of a measurement."""
    if "loss" in result:
        return f"loss {result['loss'][0]:.3f} → {result['loss'][-1]:.3f}"
    return f"TV to the target {result['train']['tv_target']:.3f} on training prompts, {result['held_out']['tv_target']:.3f} held out"


@dataclass(frozen=True)
class Cost:
    """Seconds, measured: a step on 8 of the longest sequences, and a forward pass over as many."""

    step: float
    forward: float

    def fine_tuning(self, settings: Settings) -> float:
        # Sequences are shorter than the longest: this is a bound, and so is the next.
        return settings.sft_steps * settings.sft_batch / 8 * self.step

    def preferring(self, data: Data, settings: Settings, kind: str) -> float:
        # A pair is two sequences, which the reference model reads as well.
        trained = settings.dpo_steps * settings.dpo_batch
        read = len(rows(data.pairs[kind] / "data" / "train.jsonl")) if reads_once(kind) else trained
        return 2 / 8 * (trained * self.step + read * self.forward)

    def measure(self, settings: Settings, data: Data) -> float:
        read = 3 * (len(data.train) + len(data.held_out)) / 8 * self.forward
        # A token of an answer costs about a fortieth of a sequence, one at a time about four times that.
        said = (settings.samples * len(data.held_out) + settings.ordinary + 3 * settings.conversations) * settings.answer_tokens
        return read + said / 8 * self.forward / 10


def measured(data: Data, settings: Settings) -> Cost:
    """One step of training and one reading, timed on the model itself."""
    words, model = pretrained_model.tokenizer(), opened(pretrained_model.base(), settings)
    longest = max((pretrained_model.start(words, row["prompt"]) for row in data.train), key=len)
    answer = max((words(item["content"])["input_ids"] for item in data.train[0]["completions"]), key=len)
    ids = torch.tensor([longest + answer] * 8, device=model.device)
    times = []
    for train in (True, False):
        began = time.monotonic()
        with torch.set_grad_enabled(train):
            loss = model(input_ids=ids, labels=ids).loss
        if train:
            loss.backward()
        float(loss.detach())
        times.append(time.monotonic() - began)
    return Cost(*times)


def versions() -> str:
    import datasets
    import transformers
    import trl

    return f"torch {torch.__version__}, transformers {transformers.__version__}, trl {trl.__version__}, datasets {datasets.__version__}"
