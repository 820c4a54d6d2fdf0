"""A scenario as an OpenEnv environment over HTTP and WebSocket, `sim-cli serve FILE --env`, and how verifiers evaluates a model on it."""

import json
import operator
import os
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self, SupportsIndex

from nacre.child import Child
from nacre.program import Program, operand, options
from nacre.protocol import RewardKind


class EnvironmentServer:
    """`sim-cli serve FILE --env` on a free port of this machine; `address` is where OpenEnv clients connect. Use as a context manager."""

    def __init__(
        self, scenario: str | os.PathLike[str], *, reward: RewardKind = "payoff", belief: bool = False, reveal: bool = False,
        set: Mapping[str, float] | None = None, program: str | os.PathLike[str] | Program | None = None, **more: Any,
    ):
        """Starts the server and waits for its address. Raises ProgramNotFound, NacreError."""
        arguments = ["serve", operand(scenario), "--env", *options(
            "serve", {"reward": reward, "belief": belief, "reveal": reveal, "set": dict(set or {}), **more})]
        self._child = Child(program, arguments, listens=False)
        try:
            line = self._child.line()
            if not line.startswith(b"http://"):
                raise self._child.ended(line)
        except BaseException:
            self.close()
            raise
        self.address = line.decode().strip()

    def close(self) -> None:
        """Ends the server, as the end of this object or of this program does. May be called again."""
        self._child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def verifiers_toml(
    address: str, *, model: str, model_url: str, episodes: SupportsIndex | Iterable[SupportsIndex] = 20, seed: int = 1,
    key_variable: str = "OPENAI_API_KEY",
) -> str:
    """Settings for `vf-eval @ FILE` of verifiers 0.4: a model behind an address, evaluated on users of a served scenario.

    One task an episode (`episodes`: how many, from 0, or their numbers): seed and episode say who the user is, so that every model
    meets the same people. The model's words are its answers; `openenv_reward` is the sum of an episode's rewards. Everything
    stays on this machine: nothing is uploaded (`push = false`), and the player runs as a child of the evaluation. Raises
    ValueError for a text that UTF-8 has no form for (half of a surrogate pair).
    """
    numbers = episodes if isinstance(episodes, Iterable) else range(operator.index(episodes))
    resets = ", ".join(f"{{ seed = {operator.index(seed)}, episode = {operator.index(number)} }}" for number in numbers)
    return "\n".join([
        f"model = {_text(model)}",
        "push = false",
        "[client]",
        f"base_url = {_text(model_url)}",
        f"api_key_var = {_text(key_variable)}",
        "[env.taskset]",
        'id = "openenv"',
        f"base_url = {_text(address)}",
        f"resets = [{resets}]",
        "[env.player.harness]",
        'id = "null"        # the model alone, without tools',
        "[env.player.runtime]",
        'type = "subprocess"',
        "",
    ])


def _text(value: str) -> str:
    """A text of TOML. Its escapes are those of JSON, but for pairs of surrogates, which it lacks, and delete, which it needs."""
    value.encode()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
