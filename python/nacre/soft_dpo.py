"""Direct preference optimisation with labels that are probabilities: TRL's DPOTrainer, its loss weighted by `p_chosen`."""

from typing import Any

import torch
from torch.nn import functional
from trl import DPOTrainer
from trl.trainer.dpo_trainer import DataCollatorForPreference

COLUMN = "p_chosen"

# Settings of DPOConfig that change the loss in ways for which no soft form is derived here.
_PLAIN = {"f_divergence_type": "reverse_kl", "ld_alpha": None, "use_weighting": False, "loss_weights": None, "label_smoothing": 0.0}


def soft_dpo_loss(margin: torch.Tensor, p_chosen: torch.Tensor) -> torch.Tensor:
    """−p log σ(z) − (1 − p) log σ(−z), by row. Shapes: `margin` z = βΔ and `p_chosen` p, both [B]; the result [B].

    Its minimum over z is at σ(z) = p, where it is the entropy of the label. With p = 1 it is the loss of plain DPO.
    """
    return -p_chosen * functional.logsigmoid(margin) - (1 - p_chosen) * functional.logsigmoid(-margin)


class SoftDPOTrainer(DPOTrainer):
    """TRL's `DPOTrainer` for rows that carry `p_chosen`, as `sim-cli export dpo` writes by default (`--labels soft`).

    One row a pair says how probable it is that `chosen` is preferred; the loss counts both orientations by that. Its optimum is
    π*(a) ∝ π_ref(a) exp(Q(a)/τ) over the exported answers if `args.beta` is the β of the rows, whatever the rows chose; plain DPO
    on the same rows goes on until the worse answers have no probability left (Rafailov et al. 2023, arXiv:2305.18290, Eq. 7, with
    soft in place of observed labels).

    Everything else is TRL's, and its metrics of rewards are kept; `rewards/excess` is the loss above the entropy of the labels,
    which is 0 at the optimum. Texts only. Raises ValueError for rows without `p_chosen` or with one outside [0, 1], for a `beta`
    column that is not `args.beta`, and for settings of `DPOConfig` that would change the loss.
    """

    _tag_names = ["trl", "dpo", "nacre", "soft-dpo"]
    data_collator: Any

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        if self.loss_types != ["sigmoid"]:
            raise ValueError(f"loss_type is {self.loss_types}; soft labels are defined for ['sigmoid']")
        for name, plain in _PLAIN.items():
            if getattr(self.args, name) != plain:
                raise ValueError(f"{name} is {getattr(self.args, name)!r}; soft labels are defined for {plain!r}")
        if self._is_vision_dataset or self.aux_loss_enabled:
            raise ValueError("soft labels are defined for models of text without an auxiliary loss")
        # Rows lose their other columns on the way to the collator unless they are named.
        self._set_signature_columns_if_needed()
        self._signature_columns.append(COLUMN)
        self.data_collator = _WithProbability(self.data_collator)

    def _prepare_dataset(self, dataset: Any, processing_class: Any, args: Any, dataset_name: str) -> Any:
        _check(dataset, args.beta, dataset_name)
        return super()._prepare_dataset(dataset, processing_class, args, dataset_name)

    def compute_ref_log_probs(self, model: Any, inputs: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        """As TRL's, which would hand `p_chosen` to the model. Shapes: two of [B], sums over the tokens of an answer."""
        chosen, rejected = super().compute_ref_log_probs(model, {name: inputs[name] for name in inputs if name != COLUMN})
        return chosen, rejected

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """The mean of `soft_dpo_loss` over a batch. Raises NotImplementedError for `return_outputs`."""
        if return_outputs:
            raise NotImplementedError("logits are not kept, since the head is fused with the loss")
        p_chosen = inputs[COLUMN]
        chosen, rejected = self._log_probs(model, inputs)
        if self.precompute_ref_logps:
            ref_chosen, ref_rejected = inputs["ref_chosen_logps"], inputs["ref_rejected_logps"]
        else:
            ref_chosen, ref_rejected = self.compute_ref_log_probs(self.ref_model or self.model, inputs)
        rewards = self.beta * torch.stack([chosen - ref_chosen, rejected - ref_rejected])
        losses = soft_dpo_loss(rewards[0] - rewards[1], p_chosen)
        self._record(rewards.detach(), losses.detach(), p_chosen)
        return losses.mean()

    def prediction_step(self, model: Any, inputs: Any, prediction_loss_only: bool, ignore_keys: Any = None) -> Any:
        """The loss of a batch of the evaluation set; logits are not kept."""
        inputs = self._prepare_inputs(inputs)
        with torch.no_grad(), self.compute_loss_context_manager():
            return self.compute_loss(model, inputs), None, None

    def _log_probs(self, model: Any, inputs: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        """Sums of the log probabilities of the answers' tokens: two of [B]. The batch has chosen answers first, then rejected."""
        mask = inputs["completion_mask"]
        labels = inputs["input_ids"].masked_fill(mask == 0, -100)
        by_token = model(
            input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], labels=labels, use_cache=False,
            fused_lm_head=True).log_probs
        # Prompt-learning adapters put virtual tokens in front: the real ones are the last.
        chosen, rejected = by_token[:, -(mask.size(1) - 1):].sum(dim=1).chunk(2)
        return chosen, rejected

    def _record(self, rewards: torch.Tensor, losses: torch.Tensor, p_chosen: torch.Tensor) -> None:
        metrics = self._metrics["train" if self.model.training else "eval"]
        chosen, rejected = self.accelerator.gather(rewards.T.contiguous()).T
        entropy = torch.special.entr(p_chosen) + torch.special.entr(1 - p_chosen)
        metrics["rewards/chosen"].append(chosen.mean().item())
        metrics["rewards/rejected"].append(rejected.mean().item())
        metrics["rewards/margins"].append((chosen - rejected).mean().item())
        metrics["rewards/accuracies"].append((chosen > rejected).float().mean().item())
        metrics["rewards/excess"].append(self.accelerator.gather(losses - entropy).mean().item())


class _WithProbability:
    """A collator that keeps `p_chosen`, as a tensor [B], beside what another makes of the rows."""

    def __init__(self, other: Any):
        if not isinstance(other, DataCollatorForPreference):
            raise ValueError(f"{type(other).__name__} is not TRL's collator of preferences, whose layout the loss reads")
        self.other = other

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        made = self.other(rows)
        made[COLUMN] = torch.tensor([row[COLUMN] for row in rows], dtype=torch.float32)
        return dict(made)


def _check(rows: Any, beta: float, name: str) -> None:
    """Raises ValueError for rows whose optimum under this β would not be what their labels say."""
    columns = rows.column_names or []
    if COLUMN not in columns:
        raise ValueError(f"the {name} rows have no {COLUMN}; export them with --labels soft")
    if not hasattr(rows, "__len__"):
        return      # a stream: its values are not known yet
    if not all(0 <= p <= 1 for p in rows[COLUMN]):
        raise ValueError(f"the {name} rows have a {COLUMN} outside [0, 1]")
    if "beta" in columns:
        # Rows hold β as a double and the configuration may hold its decimal form.
        others = sorted({value for value in rows["beta"] if abs(value - beta) > 1e-9 * abs(value)})
        if others:
            raise ValueError(f"the {name} rows were labelled for beta {others[0]}, and args.beta is {beta}")
