"""6b: fine-tuning and DPO with TRL's own trainers, on the written folders, offline."""

import json
import os
import random
import time
from pathlib import Path

for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
    os.environ[name] = "1"
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import datasets
import torch
import transformers
import trl
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

import language_model

VERSIONS = {"torch": torch.__version__, "transformers": transformers.__version__, "trl": trl.__version__,
            "datasets": datasets.__version__}
SHARED = dict(report_to=[], save_strategy="no", logging_strategy="epoch", use_cpu=True, seed=7, disable_tqdm=True,
              lr_scheduler_type="cosine", warmup_steps=10, dataloader_pin_memory=False, max_length=None, bf16=False)


def prepare(threads: int):
    torch.set_num_threads(threads)
    datasets.disable_progress_bars()
    transformers.logging.set_verbosity_error()


def load(folder: Path):
    """The training split of a folder, as `datasets` reads it by its card."""
    return datasets.load_dataset(str(folder), split="train", cache_dir=str(folder.parent / "cache"))


def words_of(folders: list[Path]) -> list[str]:
    texts = set()
    for folder in folders:
        for line in (folder / "candidates.jsonl").read_text().splitlines():
            row = json.loads(line)
            texts.update(message["content"] for message in row["prompt"])
            texts.update(item["content"] for item in row["completions"])
    return sorted(texts)


def fine_tune(words, folder: Path, out: Path, seed: int, epochs: float = 6, rate: float = 3e-3):
    """A random model, taught to say what the reference says."""
    began = time.monotonic()
    trainer = SFTTrainer(
        model=language_model.model(words, seed), processing_class=words, train_dataset=load(folder),
        args=SFTConfig(output_dir=str(out), num_train_epochs=epochs, learning_rate=rate,
                       per_device_train_batch_size=64, **SHARED))
    trainer.train()
    return language_model.clone(trainer.model), time.monotonic() - began


def prefer(reference, words, rows, beta: float, out: Path, epochs: float = 3, rate: float = 1e-3):
    """DPO from the fine-tuned model, which is also its reference."""
    began = time.monotonic()
    trainer = DPOTrainer(
        model=language_model.clone(reference), ref_model=language_model.clone(reference), processing_class=words,
        train_dataset=rows,
        args=DPOConfig(output_dir=str(out), beta=beta, num_train_epochs=epochs, learning_rate=rate,
                       per_device_train_batch_size=64, precompute_ref_log_probs=True, **SHARED))
    trainer.train()
    return language_model.clone(trainer.model), time.monotonic() - began


def shuffled(rows, seed: int = 11):
    """The same rows with orientations dealt anew by a fair coin: labels that say nothing."""
    coin = random.Random(seed)

    def deal(row):
        if coin.random() < 0.5:
            row["chosen"], row["rejected"] = row["rejected"], row["chosen"]
        return row

    return rows.map(deal, load_from_cache_file=False)
