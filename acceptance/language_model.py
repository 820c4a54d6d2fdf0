"""A language model small enough for a processor: phrases as tokens, two layers, random weights. Nothing is downloaded."""

import torch
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

MARKS = ["<pad>", "<unk>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    """One token a phrase: what stands between marks of punctuation, with the mark. An answer is a handful of them."""
    split = pre_tokenizers.Split(Regex(r"[^.,;:?!]*[.,;:?!]+\s*|[^.,;:?!]+$"), "isolated")
    words = sorted({word for text in texts for word, _ in split.pre_tokenize_str(text)})
    made = Tokenizer(models.WordLevel({word: index for index, word in enumerate(MARKS + words)}, unk_token="<unk>"))
    made.pre_tokenizer = split
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", pad_token="<pad>", eos_token="<|end|>",
        additional_special_tokens=MARKS[2:5], clean_up_tokenization_spaces=False)
    fast.chat_template = TEMPLATE
    return fast


def model(words: PreTrainedTokenizerFast, seed: int) -> LlamaForCausalLM:
    torch.manual_seed(seed)
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=len(words), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=1024, tie_word_embeddings=True,
        pad_token_id=words.pad_token_id, bos_token_id=None, eos_token_id=words.eos_token_id))


def clone(given: LlamaForCausalLM) -> LlamaForCausalLM:
    """A model with the same weights and nothing else.

    A trainer leaves its own forward function on a model, bound to that model's weights; `copy.deepcopy` takes the function along,
    and the copy then answers with the weights of the original, whatever it is trained to.
    """
    made = LlamaForCausalLM(given.config)
    made.load_state_dict(given.state_dict())
    return made


@torch.no_grad()
def strategies(lm, words, prompts: list[dict], batch: int = 64) -> list[dict[str, float]]:
    """Per prompt: the probability of each of its completions, given that the model says one of them.

    A completion's weight is the product of the probabilities of its tokens and of the end mark.
    """
    lm.eval()
    items = []
    for index, prompt in enumerate(prompts):
        start = words.apply_chat_template(prompt["prompt"], add_generation_prompt=True, tokenize=True)["input_ids"]
        for completion in prompt["completions"]:
            if completion["pi_ref"] > 0:
                end = words(completion["content"] + "<|end|>", add_special_tokens=False)["input_ids"]
                items.append((index, completion["response"], start, end))
    order = sorted(range(len(items)), key=lambda i: len(items[i][2]) + len(items[i][3]))
    weights: list[dict[str, float]] = [{} for _ in prompts]
    for first in range(0, len(order), batch):
        part = [items[i] for i in order[first:first + batch]]
        longest = max(len(start) + len(end) for _, _, start, end in part)
        tokens = torch.full((len(part), longest), words.pad_token_id)
        for row, (_, _, start, end) in enumerate(part):
            tokens[row, :len(start) + len(end)] = torch.tensor(start + end)
        mask = (torch.arange(longest)[None, :] < torch.tensor([len(s) + len(e) for _, _, s, e in part])[:, None]).long()
        logs = lm(input_ids=tokens, attention_mask=mask).logits.log_softmax(-1)
        for row, (index, response, start, end) in enumerate(part):
            positions = torch.arange(len(start) - 1, len(start) + len(end) - 1)
            weights[index][response] = float(logs[row, positions, torch.tensor(end)].sum())
    result = []
    for logs in weights:
        top = max(logs.values())
        scaled = {name: float(torch.exp(torch.tensor(value - top))) for name, value in logs.items()}
        total = sum(scaled.values())
        result.append({name: value / total for name, value in scaled.items()})
    return result
