"""CollabLLM's nested form, both ways, and read by the package itself where it is installed."""

import pytest

from nacre import candidates_from_collabllm, collabllm_from_candidates


def say(*words):
    return [{"role": "user" if index % 2 == 0 else "assistant", "content": word} for index, word in enumerate(words)]


def row(prompt, **scores):
    return {"prompt": prompt, "scenario": "s", "policy": "p", "completions": [
        {"content": f"I {name}.", "response": name, "q": score, "pi_ref": 0.5, "pi_star": 0.5} for name, score in scores.items()]}


ROWS = [
    row(say("hello", "I go.", "and?"), go=0.5, stop=0.1),
    row(say("hello"), go=0.2, stop=0.3),
    row(say("hello", "I stop.", "why?"), go=-1.0, stop=0.4),
    row(say("hello", "I go.", "and?", "I go.", "so?"), go=0.0, stop=0.7),
    row(say("good day"), go=0.9, stop=0.8),
]


def test_conversations_are_chains_of_prompts():
    made = collabllm_from_candidates(ROWS)
    lengths = sorted([len(turn["prompt"]) for turn in conversation["turns"]] for conversation in made)
    assert lengths == [[1], [1, 3, 5], [3]]
    for conversation in made:
        prompts = [turn["prompt"] for turn in conversation["turns"]]
        for before, after in zip(prompts, prompts[1:]):
            assert after[:len(before)] == before
    assert sum(len(conversation["turns"]) for conversation in made) == len(ROWS), "no prompt is lost or doubled"


def test_both_ways():
    back = candidates_from_collabllm(collabllm_from_candidates(ROWS))
    key = lambda line: str(line["prompt"])
    for line, given in zip(sorted(back, key=key), sorted(ROWS, key=key), strict=True):
        assert line["prompt"] == given["prompt"]
        assert [answer["content"] for answer in line["candidates"]] == [item["content"] for item in given["completions"]]
        assert [answer["response"] for answer in line["candidates"]] == [item["response"] for item in given["completions"]]
        assert line["scores"] == [item["q"] for item in given["completions"]]
    assert len({line["id"] for line in back}) == len(back)


def test_what_is_missing_is_said():
    with pytest.raises(ValueError, match="no turns"):
        candidates_from_collabllm([{"single_turn_prompt": "x"}])
    with pytest.raises(ValueError, match="no prompt or no responses"):
        candidates_from_collabllm([{"turns": [{"prompt": []}]}])
    for answer in ({"completion": "x"}, {"completion": "x", "score": None}, {"score": 1}):
        with pytest.raises(ValueError, match="no completion or no score"):
            candidates_from_collabllm([{"turns": [{"prompt": say("x"), "responses": [answer, {"completion": "y", "score": 1}]}]}])
    with pytest.raises(KeyError):
        collabllm_from_candidates(ROWS, score="nonsense")
    assert candidates_from_collabllm([{"turns": [{"prompt": say("x"), "responses": [{"completion": "y", "score": 1}]}]}]) == []


def test_turns_of_one_length_have_ids_of_their_own():
    turn = lambda word: {"prompt": say(word), "responses": [{"completion": "x", "score": 1}, {"completion": "y", "score": 2}]}
    back = candidates_from_collabllm([{"conv_id": 1, "turns": [turn("a"), turn("b")]}, {"conv_id": 1, "turns": [turn("c")]}])
    assert [line["id"] for line in back] == ["1/1", "1/1.2", "1/1.3"]


@pytest.mark.parametrize("prompt", [[], [{"role": "system", "content": "x"}]])
def test_a_prompt_without_a_user_is_said(prompt):
    with pytest.raises(ValueError, match="no user says anything"):
        collabllm_from_candidates([row(prompt, go=0.5, stop=0.1)])


def test_the_package_reads_it():
    multiturn = pytest.importorskip("collabllm.datasets.multiturn")
    read = multiturn.MultiturnDataset(collabllm_from_candidates(ROWS), add_system_prompt=False)
    assert len(read) == 10
    pairs = read.to_dpo_dataset()["train"]
    assert len(pairs) == len(ROWS), "one pair a prompt: no two prompts are compared with each other"
    by_prompt = {str(pair["prompt"]): pair for pair in pairs}
    for given in ROWS:
        best = max(given["completions"], key=lambda item: item["q"])
        worst = min(given["completions"], key=lambda item: item["q"])
        pair = by_prompt[str(given["prompt"])]
        assert (pair["chosen"], pair["rejected"]) == (best["content"], worst["content"])
        assert (pair["score_chosen"], pair["score_rejected"]) == (best["q"], worst["q"])
    assert len(read.to_inputs_dataset()["train"]) == len(ROWS)


def test_the_program_reads_what_comes_back(program, starter, tmp_path):
    """Exported, in CollabLLM's form, back, and exported again as own prompts: the same answers, with scores carried."""
    import json

    from nacre import Scenario

    scenario = Scenario(starter, program=program)
    solved = scenario.solve(tmp_path / "policy.json")
    candidates = scenario.export("candidates", solved, tmp_path / "candidates", tau=0.2, count=20)
    lines = candidates_from_collabllm(collabllm_from_candidates(candidates))
    first_turns = [line for line in lines if len(line["prompt"]) == 1]
    path = tmp_path / "back.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in first_turns))
    rows = scenario.export("dpo", solved, tmp_path / "again", tau=0.2, candidates=path, test_share=0)
    assert rows and {row["source_id"] for row in rows} <= {line["id"] for line in first_turns}
    assert all(json.loads(row["source_data"])["scores"] for row in rows)
