"""What a language model does in a scenario: its strategy among the exported answers, its own words, its conversations, and what became
of ordinary prompts."""

import json
from pathlib import Path

import playback
import pretrained_model
import torch
from program import rows
from torch_server import served

ORDINARY = Path(__file__).with_name("ordinary-prompts.txt").read_text().splitlines()
GAIN_KEY = "share of the gain over base, training prompts, exported answers"


def measure(model, data, settings, out: Path, base: Path) -> dict:
    """All figures of one model; its words are kept beside them as JSON lines. `base` is where those of the published model are."""
    out.mkdir(parents=True, exist_ok=True)
    words = pretrained_model.tokenizer()
    result = {}
    for half, prompts in (("train", data.train), ("held_out", data.held_out)):
        result[half] = among(prompts, pretrained_model.strategies(model, words, prompts))
    everything = data.train + data.held_out
    policy, covered = playback.policy(
        data.program, data.policy, everything, pretrained_model.strategies(model, words, everything), out.as_posix().replace("/", "-"))
    result["exact"] = exact(data.program, policy) | {"nodes_covered": covered}
    result["own_words"] = own_words(model, words, data, settings, out)
    result["ordinary"] = ordinary(model, words, settings, out, base, scenario_texts(everything))
    result["played"] = played(model, words, data, settings, out)
    return result


def among(prompts: list[dict], strategies: list[dict[str, float]]) -> dict:
    """Distances by prompt and values by reach of strategies among the exported answers."""
    distance = {"tv_reference": "pi_ref", "tv_target": "pi_star"}
    found = {name: sum(
        0.5 * sum(abs(strategy[item["response"]] - item[key]) for item in prompt["completions"])
        for prompt, strategy in zip(prompts, strategies)) / len(prompts) for name, key in distance.items()}
    return found | {
        "value": value(prompts, strategies),
        "value_reference": value(prompts, [{item["response"]: item["pi_ref"] for item in prompt["completions"]} for prompt in prompts]),
        "value_target": value(prompts, [{item["response"]: item["pi_star"] for item in prompt["completions"]} for prompt in prompts])}


def value(prompts: list[dict], strategies: list[dict[str, float]]) -> float:
    """Mean action value of strategies, prompts weighed by how probable they are. Payoff units."""
    total = sum(prompt["reach"] for prompt in prompts)
    return sum(prompt["reach"] * sum(strategy.get(item["response"], 0.0) * item["q"] for item in prompt["completions"])
               for prompt, strategy in zip(prompts, strategies)) / total


def exact(program, policy: Path) -> dict:
    """Payoff and safe share of a policy file and of the solved policy, without sampling."""
    text = program.run("evaluate", program.scenario, "--policy", policy, "--policy", program.folder / "policy.json", "--json")
    here, solved = json.loads(text)["policies"]
    return {"payoff": here["payoff"], "safe": here["safe"], "payoff_solved": solved["payoff"]}


def own_words(model, words, data, settings, out: Path) -> dict:
    """Answers of its own on prompts that were held out, sampled, and what the lexical labeller takes them for."""
    asked = [(index, draw) for index in range(len(data.held_out)) for draw in range(settings.samples)]
    texts = []
    for first in range(0, len(asked), 16):
        part = asked[first:first + 16]
        texts += pretrained_model.sample(
            model, words, [data.held_out[index]["prompt"] for index, _ in part],
            [1000 * index + draw for index, draw in part], settings.temperature, settings.answer_tokens)
    lines = [{"id": str(index), "prompt": prompt["prompt"], "candidates": [
        {"content": text or "…"} for (where, _), text in zip(asked, texts) if where == index]}
        for index, prompt in enumerate(data.held_out)]
    path = out / "own-words.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    data.program.run("label", path, "--scenario", data.program.scenario, "--out", out / "labels", "--force", "--quiet")
    sums: list[dict[str, float]] = [{} for _ in data.held_out]
    abstained = 0
    for label in rows(out / "labels" / "labels.jsonl"):
        if label["kind"] == "answer":
            abstained += label["abstained"]
            for name, share in label["response"].items():
                place = sums[int(label["id"])]
                place[name] = place.get(name, 0.0) + share / settings.samples
    known = scenario_texts(data.train)
    return among(data.held_out, sums) | {
        "abstained": abstained / len(asked), "verbatim": sum(text in known for text in texts) / len(texts)}


def scenario_texts(prompts: list[dict]) -> set[str]:
    return {item["content"] for prompt in prompts for item in prompt["completions"]}


def ordinary(model, words, settings, out: Path, base: Path, known: set[str]) -> dict:
    """Answers to ordinary prompts. `likelihood` is the mean log probability of a token of the published model's own answers, in
    nats: by how much it falls is how far the model has drifted where nothing was to change."""
    asked = ORDINARY[:settings.ordinary]
    prompts = [[{"role": "user", "content": text}] for text in asked]
    answers = []
    for first in range(0, len(prompts), 16):
        part = prompts[first:first + 16]
        answers += pretrained_model.sample(model, words, part, [0] * len(part), 0, settings.answer_tokens)
    (out / "ordinary.jsonl").write_text("".join(
        json.dumps({"prompt": text, "answer": answer}) + "\n" for text, answer in zip(asked, answers)))
    before = [line["answer"] for line in rows(base / "ordinary.jsonl")]
    scores = pretrained_model.log_probabilities(model, words, list(zip(prompts, before)))
    return {
        "likelihood": sum(score for score, _ in scores) / sum(count for _, count in scores),
        "same": sum(now == then for now, then in zip(answers, before)) / len(answers),
        "scenario_answers": sum(begins_like(answer, known) for answer in answers) / len(answers)}


def begins_like(answer: str, known: set[str]) -> bool:
    """Whether an answer begins with the first four words of one of the scenario's: what a damaged model says to anything."""
    return any(answer.split()[:4] == text.split()[:4] for text in known)


def played(model, words, data, settings, out: Path) -> dict:
    """Conversations with users of the scenario, the model behind an address; and the exact value of the policy fitted to them."""
    with torch.no_grad(), served(model, words) as address:
        text = data.program.run(
            "play", data.program.scenario, "--model", address, "--policy-file", data.policy, "--episodes", settings.conversations,
            "--max-answer-tokens", settings.answer_tokens, "--temperature", settings.temperature, "--timeout", 1200,
            "--concurrency", 16, "--out", out / "played", "--force", "--quiet", "--json", timeout=3600)
    said = json.loads(text)
    (out / "played.json").write_text(json.dumps(said, indent=1))
    return {key: said[key] for key in said if key not in ("conversations", "caution")}


def against(result: dict, base: dict) -> dict[str, float | None]:
    """The figures of a table, with gains as shares of what there is to gain over the published model."""

    def share(here, low, high):
        return None if high <= low else (here - low) / (high - low)

    own, before = result["own_words"], base["own_words"]
    table = {}
    for half, title in (("train", "training prompts"), ("held_out", "held-out prompts")):
        table[f"TV to the reference, {title}, exported answers"] = result[half]["tv_reference"]
        table[f"TV to the target, {title}, exported answers"] = result[half]["tv_target"]
        table[f"share of the gain over base, {title}, exported answers"] = share(
            result[half]["value"], base[half]["value"], result[half]["value_target"])
    table["share of the solver's gain over base, exact, exported answers"] = share(
        result["exact"]["payoff"], base["exact"]["payoff"], result["exact"]["payoff_solved"])
    table["TV to the target, held-out prompts, own words as labelled"] = own["tv_target"]
    table["share of the gain over base, held-out prompts, own words"] = share(own["value"], before["value"], own["value_target"])
    table["own words that the labeller is unsure of"] = own["abstained"]
    table["own words that are an exported answer, letter by letter"] = own["verbatim"]
    here, then = result["played"], base["played"]
    table["share of the solver's gain over base, exact, policy fitted to what was played"] = share(
        here["fitted"]["payoff"], then["fitted"]["payoff"], result["exact"]["payoff_solved"])
    for title, found in (("payoff", here["payoff"]), ("regret a conversation", here["regret"]["total"])):
        table[f"played: {title}"] = found["mean"]
        table[f"played: standard error of the {title}"] = found["se"]
    table["ordinary: nats a token of the published model's answers"] = result["ordinary"]["likelihood"]
    table["ordinary: answers that did not change"] = result["ordinary"]["same"]
    table["ordinary: answers that begin like one of the scenario's"] = result["ordinary"]["scenario_answers"]
    return table


def closed(result: dict, sft: dict) -> float:
    """The share of the distance to the target that a training closed, at training prompts."""
    return 1 - result["train"]["tv_target"] / sft["train"]["tv_target"]
