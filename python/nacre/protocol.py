"""What `sim-cli play --stdio` says, protocol 1: the shapes of its replies, and its refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from nacre.program import PortableError

PROTOCOL = 1

RewardKind = Literal["payoff", "shaped"]


class Message(TypedDict):
    """One message of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


class Belief(TypedDict):
    """The posterior of whoever sees what the model sees. Shapes: |Θ| by name, |X| by name, and |Θ|·|X| user by user."""

    users: dict[str, float]
    states: dict[str, float]
    joint: list[float]


class Hidden(TypedDict, total=False):
    """What only the game knows; sent with `reveal=True` alone."""

    user: str
    state: str
    reaction: str | None


# A member whose name is a word of Python has no place in the body of a class.
_State = TypedDict("_State", {"return": float}, total=False)


class Reply(_State, total=False):
    """The reply to a reset, a step or a question for the state; which members stand in which is in docs/sessions.md."""

    id: Any
    session: str | int
    turn: int
    message: str
    messages: list[Message]
    cue: str | None
    reaction: str | None
    observation: int | None
    reward: float
    done: bool
    outcome: str
    safe: bool
    payoff: float
    response: str
    label: dict[str, Any]
    episode: int
    seed: str
    belief: Belief
    hidden: Hidden
    error: dict[str, str]
    closed: bool


class SessionError(PortableError):
    """A request that was refused; the session stays as it was.

    `code` is bad_request, unknown_session, finished, needs_reveal, no_label or cannot.
    """

    def __init__(self, code: "str | SessionError", message: str = "", session: object = None):
        if isinstance(code, SessionError):
            message, session = str(code), code.session
            code = code.code
        super().__init__(message)
        self.code: str = code
        self.session: object = session


@dataclass(frozen=True)
class Description:
    """What can be said, seen and come out in a scenario, as `describe` answers.

    `reactions` are those after which the conversation goes on, as they look to the model. `value` is the exact value of the
    policy that users expect and whose value is the potential of shaped rewards.
    """

    protocol: int
    program: str
    scenario: str
    horizon: int
    discount: float
    responses: tuple[str, ...]
    features: tuple[str, ...]
    cues: tuple[str, ...]
    reactions: tuple[str, ...]
    outcomes: Mapping[str, bool] = field(hash=False)        # a dict, which has no hash
    users: tuple[str, ...]
    states: tuple[str, ...]
    reward: str
    policy: str
    value: float
    reveals: bool
    believes: bool
    labeller: str | None

    @staticmethod
    def read(reply: Mapping[str, Any]) -> "Description":
        """From a reply. Raises ValueError for a protocol other than 1."""
        if reply["protocol"] != PROTOCOL:
            raise ValueError(f"the program speaks protocol {reply['protocol']}, this package {PROTOCOL}")
        lists = {name: tuple(reply[name]) for name in ("responses", "features", "cues", "reactions", "users", "states")}
        plain = ("protocol", "program", "scenario", "horizon", "discount", "reward", "policy", "value", "reveals", "believes")
        members: dict[str, Any] = {**lists, **{name: reply[name] for name in plain}}
        return Description(
            outcomes={outcome["name"]: outcome["safe"] for outcome in reply["outcomes"]}, labeller=reply.get("labeller"),
            **members)
