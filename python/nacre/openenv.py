"""A scenario as an OpenEnv environment over HTTP and WebSocket, `sim-cli serve FILE --env`, and how verifiers evaluates a model on it."""

import json
import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from nacre.child import Child
from nacre.program import Program, options
from nacre.protocol import RewardKind


class EnvironmentServer:
    """`sim-cli serve FILE --env` on a free port of this machine; `address` is where OpenEnv clients connect. Use as a context manager."""

    def __init__(
        self, scenario: str | os.PathLike[str], *, reward: RewardKind = "payoff", belief: bool = False, reveal: bool = False,
        set: Mapping[str, float] | None = None, program: str | os.PathLike[str] | Program | None = None, **more: Any,
    ):
        """Starts the server and waits for its address. Raises ProgramNotFound, NacreError."""
        arguments = ["serve", os.fspath(scenario), "--env", *options(
            {"reward": reward, "belief": belief, "reveal": reveal, "set": dict(set or {}), **more})]
        self._child = Child(program, arguments, listens=False)
        line = self._child.line()
        if not line.startswith(b"http://"):
            try:
                raise self._child.ended(line)
            finally:
                self.close()
        self.address = line.decode().strip()

    def close(self) -> None:
        """Ends the server. May be called again."""
        self._child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def verifiers_toml(
    address: str, *, model: str, model_url: str, episodes: int | Sequence[int] = 20, seed: int = 1,
    key_variable: str = "OPENAI_API_KEY",
) -> str:
    """Settings for `vf-eval @ FILE` of verifiers 0.4: a model behind an address, evaluated on users of a served scenario.

    One task an episode (`episodes`: how many, from 0, or their numbers): seed and episode say who the user is, so that every model
    meets the same people. The model's words are its answers; `openenv_reward` is the sum of an episode's rewards. Everything
    stays on this machine: nothing is uploaded (`push = false`), and the player runs as a child of the evaluation.
    """
    numbers = range(episodes) if isinstance(episodes, int) else episodes
    resets = ", ".join(f"{{ seed = {seed}, episode = {number} }}" for number in numbers)
    return "\n".join([
        f"model = {json.dumps(model)}",
        "push = false",
        "[client]",
        f"base_url = {json.dumps(model_url)}",
        f"api_key_var = {json.dumps(key_variable)}",
        "[env.taskset]",
        'id = "openenv"',
        f"base_url = {json.dumps(address)}",
        f"resets = [{resets}]",
        "[env.player.harness]",
        'id = "null"        # the model alone, without tools',
        "[env.player.runtime]",
        'type = "subprocess"',
        "",
    ])
