"""CollabLLM's nested JSON of conversations with scored answers, from `sim-cli export candidates` and to `--candidates`.

The form is that of PyPI `collabllm` 0.0.8, `collabllm.datasets.multiturn.MultiturnDataset` (Wu et al. 2025, arXiv:2502.00640): a
list of conversations with `single_turn_prompt`, `single_turn_completion`, `single_turn_metadata` and `turns`, each of which has a
`prompt` (messages) and `responses` with `completion` and `score`.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# What a response of the nested form keeps of a completion's row, beside its text and score.
_KEPT = ("response", "pi_ref", "pi_star")


def collabllm_from_candidates(rows: Iterable[Mapping[str, Any]], *, score: str = "q") -> list[dict[str, Any]]:
    """Conversations in the nested form from rows of `candidates.jsonl`; an answer's score is its exact action value.

    CollabLLM pairs answers by conversation and length of the prompt, so that two prompts of one length in one conversation would be
    compared with each other. Hence a conversation here is a chain of prompts, each of which continues the one before it; a prompt
    that two others continue stands in the first chain only, and the other chain begins later. `single_turn_completion` is empty:
    there is no answer that is known to be right. Raises KeyError where a completion has no `score`, ValueError for a prompt in
    which no user says anything.
    """
    chains: list[list[Mapping[str, Any]]] = []
    # The chain that ends with a prompt, by the prompt's words. A chain is taken out when a longer prompt continues it.
    open_chains: dict[tuple[tuple[str, str], ...], list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: len(row["prompt"])):
        words = _words(row["prompt"])
        chain = next(
            (found for length in range(len(words) - 1, 0, -1) if (found := open_chains.pop(words[:length], None)) is not None),
            None)
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(row)
        open_chains[words] = chain
    return [_conversation(number, chain, score) for number, chain in enumerate(chains)]


def candidates_from_collabllm(conversations: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines for `sim-cli label` and `export … --candidates` from the nested form: one a turn with at least two answers.

    Scores from elsewhere are estimates in units of their own and are no action values: they are carried as `scores`, in the order
    of `candidates`, and come out of an export as part of `source_data`. An answer that is a response of the scenario by name
    keeps the name. An `id` is CONVERSATION/MESSAGES, with `.2` and so on behind it where another line has that. Raises ValueError
    for a conversation without `turns`, a turn without `prompt` or `responses`, or an answer without `completion` or `score`.
    """
    lines = []
    taken: set[str] = set()
    for number, conversation in enumerate(conversations):
        if "turns" not in conversation:
            raise ValueError(f"conversation {number} has no turns")
        for turn in conversation["turns"]:
            if "prompt" not in turn or "responses" not in turn:
                raise ValueError(f"a turn of conversation {number} has no prompt or no responses")
            answers = list(turn["responses"])
            if len(answers) < 2:
                continue        # nothing to compare
            if any(answer.get(member) is None for answer in answers for member in ("completion", "score")):
                raise ValueError(f"an answer in conversation {number} has no completion or no score")
            lines.append({
                "id": _free(f"{conversation.get('conv_id', number)}/{len(turn['prompt'])}", taken),
                "prompt": [{"role": message["role"], "content": message["content"]} for message in turn["prompt"]],
                "candidates": [
                    {"content": answer["completion"], **({"response": answer["response"]} if answer.get("response") else {})}
                    for answer in answers
                ],
                "scores": [float(answer["score"]) for answer in answers],
            })
    return lines


def _conversation(number: int, chain: Sequence[Mapping[str, Any]], score: str) -> dict[str, Any]:
    first = chain[0]
    asked = next((message["content"] for message in first["prompt"] if message["role"] == "user"), None)
    if asked is None:
        raise ValueError(f"no user says anything in the prompt {first['prompt']!r:.200}")
    return {
        "conv_id": number,
        "single_turn_prompt": asked,
        "single_turn_completion": "",
        "single_turn_metadata": {
            "scenario": first.get("scenario", ""), "policy": first.get("policy", ""), "score": score},
        "turns": [
            {
                "prompt": [{"role": message["role"], "content": message["content"]} for message in row["prompt"]],
                "responses": [
                    {"completion": item["content"], "score": float(item[score]),
                     **{name: item[name] for name in _KEPT if name in item}}
                    for item in row["completions"]
                ],
            }
            for row in chain
        ],
    }


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number behind it one that is not taken; it is then."""
    names = itertools.chain([name], (f"{name}.{count}" for count in itertools.count(2)))
    free = next(one for one in names if one not in taken)
    taken.add(free)
    return free


def _words(messages: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((message["role"], message["content"]) for message in messages)
