"""Many conversations at once as a Gymnasium vector environment: one program, one line of requests a step."""

import operator
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, SupportsIndex

import numpy
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from nacre.environment import _SEEDS, INFORMATION, ActionKind, Spaces, opened
from nacre.program import Program, plain
from nacre.protocol import Reply, RewardKind
from nacre.session import all_checked, reset_request


class NacreVectorEnv(VectorEnv[Any, Any, Any]):
    """N conversations that are stepped together; `NacreEnv` says what observations, actions and rewards are.

    Shapes: every part of an observation has N in front (`belief`: [N, |Θ|·|X|]), actions [N] or [N, K], rewards, terminations and
    truncations [N]. Information is that of each conversation as arrays [N], beside `_name`, which says where there is any, as
    Gymnasium has it.

    Conversations that have ended begin anew at the next step, whose action for them is not read (next-step autoreset). Episodes
    are numbered from 0 in the order in which they begin, so that the same n episodes are the same users for any N. With a list
    of seeds each conversation has its own seed and numbers.
    """

    metadata = {"render_modes": [], "autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(
        self, scenario: str | os.PathLike[str], num_envs: int, *, actions: ActionKind = "response",
        reward: RewardKind = "payoff", belief: bool = False, policy: str | os.PathLike[str] = "reference", reveal: bool = False,
        set: Mapping[str, float] | None = None, program: str | os.PathLike[str] | Program | None = None, **more: Any,
    ):
        """Starts one program for all. Raises ValueError for `num_envs` below 1, ProgramNotFound, NacreError."""
        num_envs = operator.index(num_envs)
        if num_envs < 1:
            raise ValueError(f"num_envs is at least 1, not {num_envs}")
        self.num_envs = num_envs
        self.client, self.spaces = opened(scenario, actions, policy=policy, reward=reward, belief=belief, reveal=reveal, set=set,
                                          program=program, **more)
        self.description = self.client.description
        self.single_observation_space = self.spaces.observation
        self.single_action_space = self.spaces.action
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._streams: list[_Stream] = []
        self._ended = numpy.zeros(num_envs, dtype=bool)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begins N conversations. Raises ValueError for options, for what is no seed, and for a list of seeds that has not N."""
        if options:
            raise ValueError(f"a vector has no options, and {sorted(options)} were given")
        seed = plain(seed)
        streams = self._streams
        if isinstance(seed, Sequence):
            if len(seed) != self.num_envs:
                raise ValueError(f"{len(seed)} seeds were given for {self.num_envs} conversations")
            streams = [_Stream(_drawn() if one is None else one) for one in seed]
        elif seed is not None or not streams:
            streams = [_Stream(int(self.np_random.integers(_SEEDS)) if seed is None else seed)] * self.num_envs
        replies = self._answers(dict.fromkeys(range(self.num_envs)), streams)
        # What was refused has raised: from here on the new conversations are those that count.
        if seed is not None and not isinstance(seed, Sequence):
            super().reset(seed=streams[0].seed)
        self._streams = streams
        self._ended[:] = False
        return self._gathered(replies)

    def step(
        self, actions: Any
    ) -> tuple[dict[str, Any], numpy.ndarray[Any, Any], numpy.ndarray[Any, Any], numpy.ndarray[Any, Any], dict[str, Any]]:
        """Says N things. The action of a conversation that has ended is not read: it begins anew, with reward 0.

        `actions` is an array, or nested lists of its shape. Raises ValueError for what is no member of the space.
        """
        actions = numpy.asarray(actions)
        if not self.action_space.contains(actions):
            raise ValueError(f"{actions!r} are no actions of {self.action_space}")
        key, kind = ("response", numpy.int64) if self.spaces.actions == "response" else ("features", numpy.float64)
        began = self._ended.copy()
        replies = self._answers({
            index: None if over else {"op": "step", "session": index, key: action}
            for index, (over, action) in enumerate(zip(began.tolist(), actions.astype(kind).tolist()))}, self._streams)
        # What a reset is worth (shaped rewards: the surprise of the opening) is not the doing of an action.
        rewards = numpy.array([reply.get("reward", 0.0) for reply in replies], dtype=numpy.float64)
        rewards[began] = 0.0
        self._ended = numpy.array([bool(reply["done"]) for reply in replies])
        observations, information = self._gathered(replies)
        return observations, rewards, self._ended.copy(), numpy.zeros(self.num_envs, dtype=bool), information

    def close_extras(self, **_: Any) -> None:
        """Ends the program."""
        self.client.close()

    def _answers(self, asked: Mapping[int, dict[str, Any] | None], streams: Sequence["_Stream"]) -> list[Reply]:
        """Replies to a request of each conversation; one that has none begins with the next episode of its stream."""
        taken: Counter[_Stream] = Counter()
        requests = []
        for index, request in asked.items():
            if request is None:
                stream = streams[index]
                request = reset_request(index, stream.seed, stream.next + taken[stream])
                taken[stream] += 1
            requests.append(request)
        replies = all_checked(self.client.request(requests))
        # Episodes are gone only once they have begun.
        for stream, count in taken.items():
            stream.next += count
        return replies

    def _gathered(self, replies: Sequence[Reply]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Stacked observations; and of each piece of information an array [N] with one that says who has it, as Gymnasium's."""
        gathered: dict[str, Any] = {}
        for name, kind in INFORMATION.items():
            has = numpy.array([name in reply for reply in replies])
            if has.any():
                values = numpy.zeros(self.num_envs, dtype=kind) if kind is not object else numpy.full(self.num_envs, None)
                for index in map(int, numpy.flatnonzero(has)):
                    values[index] = replies[index][name]  # type: ignore[literal-required]
                gathered[name], gathered[f"_{name}"] = values, has
        return self.spaces.observed_together(replies), gathered


class _Stream:
    """A seed and the number of its next episode; shared by conversations that have one seed."""

    def __init__(self, seed: SupportsIndex):
        """Raises TypeError, ValueError for what is no seed: the program would refuse it alone, and reset the others."""
        self.seed = operator.index(seed)
        if not 0 <= self.seed < 2**64:
            raise ValueError(f"{seed} is no seed: a whole number from 0 to 2^64 - 1")
        self.next = 0


def _drawn() -> int:
    return int(numpy.random.default_rng().integers(_SEEDS))
