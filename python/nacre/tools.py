"""Conversations as tools of a model in training: what TRL's `GRPOTrainer(environment_factory=…)` takes."""

import itertools
import operator
import os
from collections.abc import Mapping
from typing import Any, Literal, Protocol, SupportsIndex, cast, get_args

from nacre.program import Program
from nacre.protocol import Message, Reply, RewardKind, SessionError
from nacre.session import SessionClient

ToolKind = Literal["text", "response"]

INSTRUCTION = (
    "You talk with a person through the tool `{tool}`: call it with what you want to say, and it returns what the person says next. "
    "Go on until the conversation is over.")
_OVER = "(The conversation is over.)"


class EnvironmentFactory(Protocol):
    """What `environment_factory` returns: a function that makes an environment. `client` is the program of all of them."""

    client: SessionClient

    def __call__(self) -> Any: ...


def environment_factory(
    scenario: str | os.PathLike[str], *, tool: ToolKind = "response", reward: RewardKind = "shaped", unfinished: float = 0.0,
    policy: str | os.PathLike[str] = "reference", seed: int = 1, set: Mapping[str, float] | None = None,
    program: str | os.PathLike[str] | Program | None = None, **more: Any,
) -> EnvironmentFactory:
    """A function without arguments that makes environments for TRL's GRPOTrainer; all of them share one program.

    With `tool="response"` the model calls `respond(response)` with the name of a response; with `"text"` it calls `say(text)`
    with words of its own, which a labeller reads. `reset` gives the opening, whose user is that of the row's `seed` and `episode`
    where a row has them (see `episode_rows`): all generations of a group then meet the same person.

    `get_reward` is the sum of an episode's rewards. A conversation that the model leaves before its end has earned, with
    `reward="shaped"`, what `policy` would still make of it, minus the value before the first word; `unfinished` is added
    to that. The program ends with this process, with the last of factory and environments, or by `factory.client.close()`. Raises
    ValueError for another `tool`, and what SessionClient raises.
    """
    if tool not in get_args(ToolKind):
        raise ValueError(f"tool is 'text' or 'response', not {tool!r}")
    client = SessionClient(scenario, policy=policy, reward=reward, seed=seed, set=set, program=program, **more)
    made = _environment_class(client, tool, unfinished)
    numbers = itertools.count()

    def factory() -> Any:
        return made(next(numbers))

    made_with_client = cast(EnvironmentFactory, factory)
    made_with_client.client = client
    return made_with_client


def episode_rows(
    count: SupportsIndex, *, seed: int | str = 1, first: SupportsIndex = 0, tool: ToolKind = "response"
) -> list[dict[str, Any]]:
    """Rows for `datasets.Dataset.from_list`: an instruction, and the person that every generation for the row meets.

    `prompt` ends with an empty message of the user, to which TRL appends what `reset` returns.
    """
    instruction = INSTRUCTION.format(tool="respond" if tool == "response" else "say")
    prompt = [{"role": "system", "content": instruction}, {"role": "user", "content": ""}]
    return [{"prompt": prompt, "seed": str(seed), "episode": operator.index(first) + index} for index in range(count)]


class _Conversation:
    """What both kinds of environment share. TRL takes every public method but `reset` and `get_reward` for a tool."""

    _client: SessionClient
    _unfinished: float

    def __init__(self, session: int):
        self._session = session
        self._total = 0.0
        self._done = True

    def reset(self, seed: str | SupportsIndex | None = None, episode: SupportsIndex | None = None, **_: Any) -> str:
        """Begins a conversation; what the person says first. Other columns of the row are not read."""
        reply = self._client.reset(self._session, seed=seed, episode=episode)
        # What the opening itself is worth beside the average one is part of the sum: it is the same for a whole group.
        self._total, self._done = float(reply.get("reward", 0.0)), False
        return _opening(reply["messages"])

    def get_reward(self) -> float:
        """The sum of rewards so far, with `unfinished` added where the conversation was left."""
        return self._total if self._done else self._total + self._unfinished

    def _say(self, **said: Any) -> str:
        if self._done:
            raise SessionError("finished", "the conversation is over", self._session)
        reply: Reply = self._client.step(self._session, **said)
        self._total += float(reply["reward"])
        self._done = bool(reply["done"])
        return f"{reply['message']}\n{_OVER}" if self._done else reply["message"]


def _environment_class(client: SessionClient, tool: ToolKind, unfinished: float) -> type[_Conversation]:
    """The class of a scenario's environments. The documentation of its one tool is what the model is shown."""
    names = ", ".join(f'"{name}"' for name in client.description.responses)

    class ResponseConversation(_Conversation):
        def respond(self, response: str) -> str:
            return self._say(response=response)

        respond.__doc__ = (
            "Answers the person in one of the ways that there are, and returns what they say next.\n\n"
            f"Args:\n    response: The way to answer. (choices: [{names}])\n\nReturns:\n    What the person says next.")

    class TextConversation(_Conversation):
        def say(self, text: str) -> str:
            """Says something to the person, and returns what they say next.

            Args:
                text: What to say, in words.

            Returns:
                What the person says next.
            """
            return self._say(text=text)

    classes: dict[ToolKind, type[_Conversation]] = {"response": ResponseConversation, "text": TextConversation}
    made = classes[tool]
    made._client, made._unfinished = client, unfinished
    return made


def _opening(messages: list[Message]) -> str:
    """The opening as one text: the person's message, with what was said before it in front."""
    *before, last = messages
    return "\n".join([*(f"{message['role']}: {message['content']}" for message in before), last["content"]])
