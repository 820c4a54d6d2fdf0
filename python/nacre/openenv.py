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
            "serve", {"until_input_ends": True, "reward": reward, "belief": belief, "reveal": reveal, "set": dict(set or {}), **more})]
        self._child = Child(program, arguments)
        try:
            line = self._child.line()
            if not line.startswith(b"http://"):
                raise self._child.ended(line)
        except BaseException:
            self.close()
            raise
        self.address = line.decode().strip()

    def close(self) -> None:
        """Ends the server, as the end of this object or of this program does, even by a kill. May be called again."""
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
    ValueError for a text that UTF-8 has no form for (half of a surrogate pair), and for a seed or an episode of 2^63 or more,
    which TOML has no numbers for.
    """
    numbers = episodes if isinstance(episodes, Iterable) else range(operator.index(episodes))
    resets = ", ".join(f"{{ seed = {_whole(seed)}, episode = {_whole(number)} }}" for number in numbers)
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


def _whole(value: SupportsIndex) -> int:
    """A number of TOML from 0."""
    number = operator.index(value)
    if not 0 <= number < 1 << 63:
        raise ValueError(f"{number} is not a whole number from 0 to {(1 << 63) - 1}, the largest of TOML")
    return number


def _text(value: str) -> str:
    """A text of TOML. Its escapes are those of JSON, but for pairs of surrogates, which it lacks, and delete, which it needs."""
    value.encode()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
