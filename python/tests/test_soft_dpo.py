"""SoftDPOTrainer: its loss against a slow oracle, and its optimum against π* where the stock loss goes elsewhere."""

import itertools
import math

import pytest

torch = pytest.importorskip("torch")
datasets = pytest.importorskip("datasets")
trl = pytest.importorskip("trl")

import language_model  # noqa: E402

from nacre.soft_dpo import SoftDPOTrainer, soft_dpo_loss  # noqa: E402

# Action values of three answers at two prompts, in payoff units; numbers of this test.
VALUES = {"first": [0.1, 0.5, 0.3], "second": [0.6, 0.0, 0.4]}
ANSWERS = ["yes", "no", "perhaps"]
TAU, BETA = 0.2, 0.5
STEPS = 250
# The mean distance of the trained model from π*. Float32 and this many steps reach about 3e-7.
CLOSE = 1e-3

SETTINGS = dict(report_to=[], save_strategy="no", logging_strategy="no", use_cpu=True, seed=7, disable_tqdm=True,
                max_steps=STEPS, learning_rate=1e-2, lr_scheduler_type="cosine", per_device_train_batch_size=6, beta=BETA,
                dataloader_pin_memory=False, bf16=False, max_length=None)


def rows():
    made = []
    for prompt, values in VALUES.items():
        for first, second in itertools.combinations(range(len(ANSWERS)), 2):
            better, worse = sorted((first, second), key=lambda index: -values[index])
            made.append({
                "prompt": [{"role": "user", "content": prompt}],
                "chosen": [{"role": "assistant", "content": ANSWERS[better]}],
                "rejected": [{"role": "assistant", "content": ANSWERS[worse]}],
                "p_chosen": 1 / (1 + math.exp(-(BETA / TAU) * (values[better] - values[worse]))), "beta": BETA, "tau": TAU,
                "label_mode": "soft"})
    return datasets.Dataset.from_list(made)


@pytest.fixture(scope="module")
def words():
    return language_model.tokenizer([*VALUES, *ANSWERS])


@pytest.fixture(scope="module")
def reference(words):
    return language_model.model(words, seed=3)


def trained(kind, reference, words, folder, **settings):
    trainer = kind(model=language_model.clone(reference), ref_model=language_model.clone(reference), processing_class=words,
                   train_dataset=rows(), args=trl.DPOConfig(output_dir=str(folder), **{**SETTINGS, **settings}))
    trainer.train()
    return trainer


def distance(model, reference, words):
    """Mean total variation distance from π* ∝ π_ref exp(Q/τ), π_ref being what the reference model says."""
    found = []
    for prompt, values in VALUES.items():
        messages = [{"role": "user", "content": prompt}]
        before = language_model.strategy(reference, words, messages, ANSWERS)
        target = (before.log() + torch.tensor(values, dtype=torch.float64) / TAU).softmax(0)
        found.append(0.5 * (language_model.strategy(model, words, messages, ANSWERS) - target).abs().sum())
    return float(torch.stack(found).mean())


def test_the_loss_is_the_cross_entropy_of_both_orientations():
    margin = torch.linspace(-30, 30, 121, dtype=torch.float64)
    for p in (0.0, 1e-9, 0.3, 0.5, 0.999, 1.0):
        slow = [-p * math.log(1 / (1 + math.exp(-z))) - (1 - p) * math.log(1 / (1 + math.exp(z))) for z in margin.tolist()]
        fast = soft_dpo_loss(margin, torch.full_like(margin, p))
        # The oracle rounds 1 + exp(−z) to 2e-16, which the logarithm of a number near 1 keeps; a mistake would be far above 1e-12.
        assert torch.allclose(fast, torch.tensor(slow, dtype=torch.float64), rtol=1e-9, atol=1e-12)


def test_the_loss_does_not_overflow():
    far = soft_dpo_loss(torch.tensor([-1e4, 1e4]), torch.tensor([0.5, 0.5]))
    assert torch.isfinite(far).all() and torch.allclose(far, torch.tensor([5e3, 5e3]))


def test_the_optimum_is_the_target_and_that_of_the_stock_loss_is_not(reference, words, tmp_path):
    before = distance(reference, reference, words)
    soft = distance(trained(SoftDPOTrainer, reference, words, tmp_path / "soft").model, reference, words)
    stock = distance(trained(trl.DPOTrainer, reference, words, tmp_path / "stock").model, reference, words)
    print(f"distance to the target: before {before:.4f}, soft {soft:.2e}, stock {stock:.4f}")
    assert before > 0.1, "there is something to learn"
    assert soft < CLOSE
    assert stock > 0.1, "the stock loss goes on until the worse answers have no probability left"


def test_precomputed_references_give_the_same_losses(reference, words, tmp_path):
    losses = []
    for precompute in (False, True):
        trainer = trained(SoftDPOTrainer, reference, words, tmp_path / str(precompute), max_steps=5, logging_strategy="steps",
                          logging_steps=1, precompute_ref_log_probs=precompute)
        losses.append([entry["loss"] for entry in trainer.state.log_history if "loss" in entry])
        assert "rewards/excess" in trainer.state.log_history[0]
    assert len(losses[0]) == 5
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)      # logged losses are rounded to four decimals


def test_hard_labels_are_plain_dpo(reference, words, tmp_path):
    hard = rows().map(lambda row: {"p_chosen": 1.0})
    losses = []
    for kind in (SoftDPOTrainer, trl.DPOTrainer):
        trainer = kind(model=language_model.clone(reference), ref_model=language_model.clone(reference), processing_class=words,
                       train_dataset=hard, args=trl.DPOConfig(
                           output_dir=str(tmp_path / kind.__name__),
                           **{**SETTINGS, "max_steps": 5, "logging_strategy": "steps", "logging_steps": 1}))
        trainer.train()
        losses.append([entry["loss"] for entry in trainer.state.log_history if "loss" in entry])
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def test_evaluation_reports_the_excess(reference, words, tmp_path):
    trainer = SoftDPOTrainer(
        model=language_model.clone(reference), ref_model=language_model.clone(reference), processing_class=words,
        train_dataset=rows(), eval_dataset=rows(), args=trl.DPOConfig(output_dir=str(tmp_path), **SETTINGS))
    said = trainer.evaluate()
    # Model and reference are the same: every margin is 0 and every loss ln 2.
    assert said["eval_loss"] == pytest.approx(math.log(2), abs=1e-5)
    assert 0 < said["eval_rewards/excess"] < math.log(2)


@pytest.mark.parametrize(("change", "settings", "complaint"), [
    (lambda data: data.remove_columns("p_chosen"), {}, "no p_chosen"),
    (lambda data: data.map(lambda row: {"p_chosen": 1.5}), {}, "outside"),
    (lambda data: data, {"beta": 0.1}, "labelled for beta 0.5"),
    (lambda data: data, {"loss_type": ["ipo"]}, "loss_type"),
    (lambda data: data, {"f_divergence_type": "forward_kl"}, "f_divergence_type"),
    (lambda data: data, {"ld_alpha": 0.5}, "ld_alpha"),
])
def test_what_would_change_the_optimum_is_refused(reference, words, tmp_path, change, settings, complaint):
    with pytest.raises(ValueError, match=complaint):
        SoftDPOTrainer(
            model=language_model.clone(reference), ref_model=language_model.clone(reference), processing_class=words,
            train_dataset=change(rows()), args=trl.DPOConfig(output_dir=str(tmp_path), **{**SETTINGS, **settings}))
