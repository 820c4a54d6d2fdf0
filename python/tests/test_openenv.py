"""The served environment: verifiers' OpenEnv tasks with a model that always says the same."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from stub_model import stub_model

from nacre import EnvironmentServer, NacreError, SessionClient, verifiers_toml

SAYS = "Let's get you back in."


@pytest.fixture(scope="module")
def served(stdio, starter):
    if "--env" not in stdio.run("help", "serve"):
        pytest.skip(f"{stdio.path} has no serve --env")
    with EnvironmentServer(starter, program=stdio) as server:
        yield server


def test_settings_are_toml():
    read = tomllib.loads(verifiers_toml("http://127.0.0.1:1", model='a"b', model_url="http://x/v1", episodes=[3, 5], seed=9))
    assert read["env"]["taskset"]["resets"] == [{"seed": 9, "episode": 3}, {"seed": 9, "episode": 5}]
    assert read["model"] == 'a"b' and read["push"] is False
    odd = 'm\U0001f600 "\\\n\t\x00\x1f\x7f\u2028ü'
    read = tomllib.loads(verifiers_toml("http://127.0.0.1:1", model=odd, model_url=odd, key_variable=odd, episodes=2))
    assert (read["model"], read["client"]["base_url"], read["client"]["api_key_var"]) == (odd, odd, odd)
    with pytest.raises(ValueError):
        verifiers_toml("http://127.0.0.1:1", model="\ud800", model_url="http://x/v1")
    for seed, episodes in [(1 << 63, 1), (-1, 1), (1, [1 << 63])]:
        with pytest.raises(ValueError, match="TOML"):
            verifiers_toml("http://127.0.0.1:1", model="a", model_url="http://x/v1", seed=seed, episodes=episodes)


def test_a_wrong_scenario_is_said(stdio, tmp_path):
    with pytest.raises(NacreError) as error:
        EnvironmentServer(tmp_path / "nothing.yaml", program=stdio)
    assert error.value.code in (65, 74) and "nothing.yaml" in str(error.value)


def test_the_server_ends_with_this_program(served, stdio, starter):
    """Closed in order, or killed in the middle."""
    code = (
        f"import nacre, os, signal, sys; server = nacre.EnvironmentServer({str(starter)!r}, program={str(stdio.path)!r})\n"
        "print(server._child.process.pid, flush=True)\nif sys.argv[1:]: os.kill(os.getpid(), signal.SIGKILL)")
    for words in ([], ["kill"]):
        ran = subprocess.run([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True, timeout=20)
        assert ran.returncode == (-signal.SIGKILL if words else 0)
        deadline = time.monotonic() + 5
        while runs(int(ran.stdout)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not runs(int(ran.stdout))


def runs(process):
    """Whether a process is there and has not ended."""
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def test_verifiers_evaluates_a_model(served, stdio, starter, tmp_path):
    """Its rewards are those of the same words said over stdio to the same users."""
    if find_spec("verifiers") is None:
        pytest.skip("verifiers is not installed (scripts/python --openenv)")
    episodes = 4
    with SessionClient(starter, program=stdio) as client:
        expected = []
        for episode in range(episodes):
            reply, total = client.reset(0, seed=1, episode=episode), 0.0
            while not reply["done"]:
                reply = client.step(0, text=SAYS)
                total += reply["reward"]
            expected.append(total)
    with stub_model(SAYS) as model:
        settings = tmp_path / "evaluation.toml"
        settings.write_text(verifiers_toml(
            served.address, model="stub", model_url=model.address, episodes=episodes, key_variable="NO_KEY"))
        done = subprocess.run(
            [Path(sys.executable).with_name("vf-eval"), "@", str(settings), "--no-rich", "--output-dir", str(tmp_path / "out")],
            env={**os.environ, "NO_KEY": "none"}, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
    [path] = (tmp_path / "out").glob("*/traces.jsonl")
    found = {}
    for line in path.read_text().splitlines():
        run = json.loads(line)
        assert run["ok"], run["errors"]
        found[run["task"]["data"]["reset"]["episode"]] = run["traces"][0]["rewards"]["openenv_reward"]["score"]
    assert [found[episode] for episode in range(episodes)] == pytest.approx(expected, abs=1e-9)
