"""The environments of TRL's GRPOTrainer: without a trainer, and five steps of one on a tiny model with random weights."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import nacre
from nacre import SessionError, environment_factory, episode_rows


def tools(environment):
    """The methods that TRL takes for tools."""
    return [name for name, _ in inspect.getmembers(type(environment), predicate=inspect.isfunction)
            if not name.startswith("_") and name not in ("reset", "get_reward")]


@pytest.fixture
def factory(stub):
    factory = environment_factory("stub.yaml", program=stub, reward="payoff", unfinished=-2.0)
    yield factory
    factory.client.close()


def test_a_conversation(factory):
    environment = factory()
    assert tools(environment) == ["respond"]
    assert environment.reset(seed="3", episode=4, prompt="not read") == "3/4"
    assert environment.respond("go") == "and then?"
    assert environment.get_reward() == 0.25 - 2.0, "left unfinished"
    assert environment.respond("stop").endswith("(The conversation is over.)")
    assert environment.get_reward() == 1.25
    with pytest.raises(SessionError, match="over"):
        environment.respond("go")
    assert environment.reset(seed="3", episode=5) == "3/5"
    assert environment.get_reward() == -2.0, "nothing of the conversation before is left"


def test_environments_do_not_meet(factory):
    first, second = factory(), factory()
    first.reset(episode=1)
    second.reset(episode=2)
    first.respond("stop")
    assert second.respond("go") == "and then?"
    with pytest.raises(SessionError):
        factory().respond("go")


def test_an_unknown_response_is_told_to_the_model(factory):
    environment = factory()
    environment.reset()
    with pytest.raises(SessionError, match="no response"):
        environment.respond("nonsense")
    assert environment.respond("go") == "and then?"


def test_the_model_is_shown_the_responses(factory):
    transformers = pytest.importorskip("transformers.utils")
    schema = transformers.get_json_schema(factory().respond)["function"]
    assert schema["name"] == "respond"
    assert schema["parameters"]["properties"]["response"]["enum"] == ["go", "stop"]
    assert schema["parameters"]["required"] == ["response"]


def test_words_as_a_tool(stub):
    factory = environment_factory("stub.yaml", program=stub, tool="text")
    assert tools(factory()) == ["say"]
    factory.client.close()
    with pytest.raises(ValueError, match="tool is"):
        environment_factory("stub.yaml", program=stub, tool="shout")


def test_a_refused_reset_changes_nothing(factory):
    environment = factory()
    environment.reset(seed=3)
    environment.respond("go")
    with pytest.raises(SessionError):
        environment.reset(seed=-1)
    assert environment.respond("stop").endswith("(The conversation is over.)")
    assert environment.get_reward() == 1.25
    assert environment.reset(seed=3, episode=4) == "3/4"


def test_everything_by_star():
    """It needs no optional package."""
    code = "import sys; sys.modules['gymnasium'] = sys.modules['trl'] = None; from nacre import *; print(Scenario)"
    assert "Scenario" in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"NacreEnv", "NacreVectorEnv", "SoftDPOTrainer"} <= set(dir(nacre))


def test_mypy_knows_what_users_write(tmp_path, monkeypatch):
    api = pytest.importorskip("mypy.api")
    pytest.importorskip("numpy")
    (tmp_path / "user.py").write_text(
        "import nacre\nimport numpy\nfrom nacre import NacreEnv\n\nfactory = nacre.environment_factory('x')\nfactory.client.close()\n"
        "total: float = factory.client.state()['return']\nfactory.client.step(features=numpy.zeros(4))\n"
        "factory.client.step(3, response=numpy.int64(1))\nenvironment = NacreEnv('x')\nenvironment.close()\n")
    package = Path(nacre.__file__).parents[1]
    if package.name != "site-packages":         # where mypy looks anyhow
        monkeypatch.setenv("MYPYPATH", str(package))
    monkeypatch.chdir(tmp_path)
    out, err, code = api.run(["--strict", "--ignore-missing-imports", "user.py"])
    assert code == 0, out + err


def test_rows():
    rows = episode_rows(3, seed=9, first=5)
    assert [(row["seed"], row["episode"]) for row in rows] == [("9", 5), ("9", 6), ("9", 7)]
    assert rows[0]["prompt"][-1] == {"role": "user", "content": ""}
    assert "`respond`" in rows[0]["prompt"][0]["content"]


def tiny(responses):
    """A model of random weights whose tokens are words, one of them a whole call of the tool for each response."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("torch")
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
    from trl.chat_template_utils import qwen3_instruct_2507_chat_template

    calls = [f'<tool_call>\n{{"name": "respond", "arguments": {{"response": "{name}"}}}}\n</tool_call>' for name in responses]
    words = ["<pad>", "<unk>", "<|im_start|>", "<|im_end|>", *calls]
    made = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.add_special_tokens([AddedToken(word, special=True) for word in words[:4]])
    made.add_tokens([AddedToken(call, special=False, normalized=False) for call in calls])
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", pad_token="<pad>", eos_token="<|im_end|>", padding_side="left",
        clean_up_tokenization_spaces=False)
    fast.chat_template = qwen3_instruct_2507_chat_template
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(
        vocab_size=len(fast), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=4096, pad_token_id=0, bos_token_id=None, eos_token_id=3))
    return model, fast


def five_steps(factory, responses, folder):
    trl = pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    model, words = tiny(responses)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    trainer = trl.GRPOTrainer(
        model=model, processing_class=words, train_dataset=datasets.Dataset.from_list(episode_rows(20)),
        environment_factory=factory,
        args=trl.GRPOConfig(
            output_dir=str(folder), max_steps=5, per_device_train_batch_size=8, num_generations=4, max_completion_length=64,
            max_tool_calling_iterations=6, learning_rate=1e-2, report_to=[], save_strategy="no", logging_steps=1, use_cpu=True,
            disable_tqdm=True, bf16=False, seed=3))
    trainer.train()
    history = [entry for entry in trainer.state.log_history if "reward" in entry]
    moved = any(not value.equal(before[name]) for name, value in model.state_dict().items())
    return history, moved


def test_five_steps_of_grpo_without_a_game(factory, tmp_path):
    pytest.importorskip("trl")
    history, moved = five_steps(factory, factory.client.description.responses, tmp_path)
    assert len(history) == 5 and moved
    assert any(entry["tools/call_frequency"] > 0 for entry in history), "the tool was called"
    assert any(entry["reward_std"] > 0 for entry in history), "there was something to learn from"


def test_five_steps_of_grpo(stdio, starter, tmp_path):
    pytest.importorskip("trl")
    factory = environment_factory(starter, program=stdio)
    history, moved = five_steps(factory, factory.client.description.responses, tmp_path)
    factory.client.close()
    assert len(history) == 5 and moved
    assert any(entry["tools/call_frequency"] > 0 for entry in history)
    assert all(abs(entry["reward"]) < 100 for entry in history), json.dumps(history)
