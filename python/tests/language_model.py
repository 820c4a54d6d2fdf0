"""A language model for tests: random weights, one token a word, made here and downloaded from nowhere."""

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

# So small a model is slower on several threads, and many times slower where these have to wait for each other.
torch.set_num_threads(1)

MARKS = ["<pad>", "<unk>", "<|user|>", "<|assistant|>", "<|end|>"]
TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|> ' + m['content'] + ' <|end|> ' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|> ' }}{% endif %}")


def tokenizer(words):
    """A tokenizer whose vocabulary is these words and the marks of a conversation."""
    made = Tokenizer(models.WordLevel({word: index for index, word in enumerate([*MARKS, *words])}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", pad_token="<pad>", eos_token="<|end|>",
        additional_special_tokens=MARKS[2:4], clean_up_tokenization_spaces=False)
    fast.chat_template = TEMPLATE
    return fast


def model(words, seed):
    torch.manual_seed(seed)
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=False, initializer_range=0.2,
        pad_token_id=words.pad_token_id, bos_token_id=None, eos_token_id=words.eos_token_id))


def clone(given):
    """The same weights in a model of its own: a trainer leaves a changed forward function on the one it was given."""
    made = LlamaForCausalLM(given.config)
    made.load_state_dict(given.state_dict())
    return made


@torch.no_grad()
def strategy(lm, words, prompt, answers):
    """Sequence probabilities of the answers, normalised. Shape [len(answers)], float64."""
    start = words.apply_chat_template(prompt, add_generation_prompt=True, tokenize=True)["input_ids"]
    logs = []
    for answer in answers:
        end = words(answer + " <|end|>", add_special_tokens=False)["input_ids"]
        scores = lm(torch.tensor([start + end])).logits[0].double().log_softmax(-1)
        logs.append(sum(scores[len(start) - 1 + place, token] for place, token in enumerate(end)))
    return torch.stack(logs).softmax(0)
