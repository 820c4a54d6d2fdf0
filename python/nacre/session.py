"""Conversations with users of a scenario, led by this program over `sim-cli play --stdio`."""

import json
import operator
import os
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self, SupportsIndex, cast

from nacre.child import Child
from nacre.program import Program, operand, options, plain
from nacre.protocol import Description, Reply, RewardKind, SessionError


class Array(Protocol):
    """What numpy's arrays have: numbers in nested lists."""

    def tolist(self) -> Any: ...


class SessionClient:
    """One `sim-cli play FILE --stdio`, with any number of conversations ("sessions") at once.

    A session is named by a text or a whole number. `request` sends many requests as one line and is the fast way; `reset`,
    `step`, `state` and `close_session` send one each. Replies are those of the program, unchanged. Safe to use from several
    threads: a request waits for the one before it. Close it, or use it as a context manager; the program ends with it, and at the
    latest with this object. Numbers and arrays of numpy stand wherever Python's do.

    An exception in the middle of a request (Ctrl-C, a signal's handler) ends the program, since the reply that is still to come
    would be taken for that of the next request: every later one raises ValueError, as after `close`. So does a client in a fork
    of the process that made it (multiprocessing): make one in each process.

    With `strategy`, draws are those of `sim-cli simulate` with the same seed and episode, so that outcomes are the same.
    """

    def __init__(
        self, scenario: str | os.PathLike[str], *, policy: str | os.PathLike[str] = "reference", reward: RewardKind = "payoff",
        belief: bool = False, reveal: bool = False, seed: int = 1, set: Mapping[str, float] | None = None,
        program: str | os.PathLike[str] | Program | None = None, **more: Any,
    ):
        """Starts the program; `more` are further options of `play`, such as `examples="labelled.jsonl"`.

        `policy`: whom users with foresight expect, and whose value is the potential of shaped rewards. `reveal` adds what only
        the game knows. Raises ProgramNotFound, and NacreError where the program refuses the scenario or an option.
        """
        self.program = Program(program)
        arguments = [
            "play", operand(scenario), "--stdio",
            *options("play", {"policy": os.fspath(policy), "reward": reward, "belief": belief, "reveal": reveal, "seed": seed,
                              "set": dict(set or {}), **more}),
        ]
        self._child = Child(self.program, arguments)
        try:
            answer = self._child.exchange(b'{"op":"describe"}')
            described = _read(answer)
            if not isinstance(described, dict) or "protocol" not in described:
                raise self._child.ended(answer)
            self.description = Description.read(described)
        except BaseException:
            self.close()
            raise

    def request(self, requests: Sequence[Mapping[str, Any]]) -> list[Reply]:
        """Replies to requests, in order, sent as one line. A refusal is a reply with `error`; nothing is raised for it.

        Raises NacreError if the program has ended, ValueError if it was ended from here, SessionError where the line as a whole
        is refused, as one with numbers that are none.
        """
        if not requests:
            return []
        replies = self._exchange(requests)
        if isinstance(replies, dict):
            checked(cast(Reply, replies))
        if not isinstance(replies, list) or len(replies) != len(requests):
            raise ValueError(f"{len(requests)} requests were answered by {replies!r:.200}")
        return cast(list[Reply], replies)

    def reset(
        self, session: str | SupportsIndex = 0, *, seed: SupportsIndex | str | None = None, episode: SupportsIndex | None = None,
        user: str | None = None,
    ) -> Reply:
        """Begins a conversation, in place of the one that the session had.

        The same seed and episode meet the same user, whoever answers. Without them: the client's seed, and the next episode that
        no reset of this client has taken. `user` chooses the type and needs `reveal=True`. Raises SessionError.
        """
        return self._one(reset_request(session, seed, episode, user))

    def step(
        self, session: str | SupportsIndex = 0, *, response: str | SupportsIndex | None = None,
        features: Mapping[str, float] | Sequence[float] | Array | None = None, text: str | None = None,
        strategy: Mapping[str, float] | Sequence[float] | Array | None = None,
    ) -> Reply:
        """Says one thing: a response (name or index), features [K] in [0, 1], words, or a strategy [|A|] to draw from.

        Words are labelled first; the reply has the `label`. Raises SessionError, and ValueError unless exactly one is given.
        """
        given = {"response": response, "features": features, "text": text, "strategy": strategy}
        chosen = {name: value for name, value in given.items() if value is not None}
        if len(chosen) != 1:
            raise ValueError(f"give exactly one of response, features, text and strategy, not {sorted(chosen) or 'none'}")
        return self._one({"op": "step", "session": session, **chosen})

    def state(self, session: str | SupportsIndex = 0) -> Reply:
        """Where a session stands, with the sum of its rewards as `return`. Raises SessionError."""
        return self._one({"op": "state", "session": session})

    def close_session(self, session: str | SupportsIndex = 0) -> None:
        """Forgets a session. Raises SessionError."""
        self._one({"op": "close", "session": session})

    def close(self) -> None:
        """Ends the program. May be called again."""
        self._child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _one(self, request: Mapping[str, Any]) -> Reply:
        return checked(cast(Reply, self._exchange(request)))

    def _exchange(self, asked: object) -> Any:
        line = json.dumps(asked, ensure_ascii=False, separators=(",", ":"), default=_member).encode()
        answer = self._child.exchange(line)
        read = _read(answer)
        if read is None:
            raise self._child.ended(answer)
        return read


def _read(answer: bytes) -> Any:
    """What a line of the program says; None for one that is no JSON, which the program never writes."""
    try:
        return json.loads(answer)
    except ValueError:
        return None


def _member(value: Any) -> Any:
    """What JSON has no form for, as what it has one for: numbers and arrays of numpy, whole numbers of other kinds, sequences."""
    made = plain(value)
    if made is not value:
        return made
    if hasattr(value, "__index__"):
        return operator.index(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{value!r:.200} cannot be part of a request")


def reset_request(
    session: str | SupportsIndex, seed: SupportsIndex | str | None = None, episode: SupportsIndex | None = None,
    user: str | None = None,
) -> dict[str, Any]:
    """The request that begins a conversation. Seeds have 64 bits and are sent as digits."""
    request: dict[str, Any] = {"op": "reset", "session": session}
    if seed is not None:
        request["seed"] = str(plain(seed))
    if episode is not None:
        request["episode"] = episode
    if user is not None:
        request["user"] = user
    return request


def checked(reply: Reply) -> Reply:
    """The reply, unless it is a refusal. Raises SessionError."""
    if "error" in reply:
        raise SessionError(reply["error"]["code"], reply["error"]["message"], reply.get("session"))
    return reply


def all_checked(replies: Iterable[Reply]) -> list[Reply]:
    """The replies, unless one of them is a refusal. Raises SessionError for the first."""
    return [checked(reply) for reply in replies]
