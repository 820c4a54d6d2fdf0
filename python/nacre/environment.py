"""One conversation at a time as a Gymnasium environment: the user is the environment, the model acts."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import gymnasium
import numpy
from gymnasium import spaces

from nacre.program import Program
from nacre.protocol import Description, Reply, RewardKind
from nacre.session import SessionClient, all_checked, reset_request

ActionKind = Literal["response", "features"]

# Seeds of the program have 64 bits; those that Gymnasium draws for itself are kept to the part that fits a signed number.
_SEEDS = 2**63


class Spaces:
    """Observations and actions of a scenario as Gymnasium spaces, and replies as members of them.

    An observation is what the model may see, as a dict:

    - `turn`: the turn of the answer that is waited for, from 1 to T (after the end: the number of turns played);
    - `reaction`: 0 at the opening and after the end, else 1 + the index of the last reaction as it looks;
    - `cue`: how the user's message reads, an index below |C|; |C| after the end;
    - `belief` (with `belief=True`): the posterior over (type, state), float64, shape [|Θ|·|X|], type by type.

    An action is the index of a response (Discrete |A|), or features (Box [K] in [0, 1]).
    """

    def __init__(self, description: Description, actions: ActionKind):
        self.description = description
        self.actions = actions
        self._reactions: dict[str | None, int] = {name: index + 1 for index, name in enumerate(description.reactions)}
        self._cues: dict[str | None, int] = {name: index for index, name in enumerate(description.cues)}
        parts: dict[str, gymnasium.Space[Any]] = {
            "turn": spaces.Discrete(description.horizon, start=1),
            "reaction": spaces.Discrete(len(description.reactions) + 1),
            "cue": spaces.Discrete(len(description.cues) + 1),
        }
        if description.believes:
            count = len(description.users) * len(description.states)
            parts["belief"] = spaces.Box(0.0, 1.0, (count,), numpy.float64)
        self.observation = spaces.Dict(parts)
        self.action: gymnasium.Space[Any]
        if actions == "response":
            self.action = spaces.Discrete(len(description.responses))
        else:
            self.action = spaces.Box(0.0, 1.0, (len(description.features),), numpy.float64)

    def observed(self, reply: Reply) -> dict[str, Any]:
        """The observation in a reply. Belief is what it was at the end, where a conversation is over."""
        return {name: value[0] for name, value in self.observed_together([reply]).items()}

    def observed_together(self, replies: Sequence[Reply]) -> dict[str, Any]:
        """The observations in N replies, stacked: every part has N in front."""
        reactions, cues, none = self._reactions, self._cues, len(self._cues)
        seen: dict[str, Any] = {
            "turn": numpy.array([reply["turn"] for reply in replies], dtype=numpy.int64),
            "reaction": numpy.array([reactions.get(reply["reaction"], 0) for reply in replies], dtype=numpy.int64),
            "cue": numpy.array([cues.get(reply["cue"], none) for reply in replies], dtype=numpy.int64),
        }
        if self.description.believes:
            joint = numpy.array([reply["belief"]["joint"] for reply in replies], dtype=numpy.float64)
            # A probability that exceeds 1 by rounding alone is no member of the space.
            seen["belief"] = numpy.minimum(joint, 1.0)
        return seen

    def spoken(self, action: Any) -> dict[str, Any]:
        """An action as part of a request. Raises ValueError for one outside the space."""
        if not self.action.contains(action):
            raise ValueError(f"{action!r} is no action of {self.action}")
        if self.actions == "response":
            return {"response": int(action)}
        return {"features": [float(value) for value in action]}


# What stands beside an observation, where a reply has it, and what it is in arrays.
INFORMATION: dict[str, type] = {
    "message": object, "messages": object, "response": object, "episode": numpy.int64, "seed": object, "outcome": object,
    "safe": numpy.bool_, "payoff": numpy.float64, "hidden": object}


def information(reply: Reply) -> dict[str, Any]:
    """What stands beside an observation: words, and at the end how it ended."""
    return {name: reply[name] for name in INFORMATION if name in reply}  # type: ignore[literal-required]


def opened(scenario: str | os.PathLike[str], actions: ActionKind, **given: Any) -> tuple[SessionClient, Spaces]:
    """A client, and its scenario's spaces. Raises ValueError for `actions` that are none, and what SessionClient raises."""
    if actions not in get_args(ActionKind):
        raise ValueError(f"actions are 'response' or 'features', not {actions!r}")
    client = SessionClient(scenario, **given)
    try:
        return client, Spaces(client.description, actions)
    except BaseException:
        client.close()
        raise


class NacreEnv(gymnasium.Env[dict[str, Any], Any]):
    """A conversation with a user who is drawn from a scenario.

    `reward="payoff"`: what the turn adds to the payoff, discounted already, so that the plain sum over an episode is the payoff
    that `sim-cli simulate` reports. `"shaped"` adds the change of the value of `policy` at the belief (potential-based, Ng, Harada
    & Russell 1999): the same policies are optimal, and credit comes at the turn that earned it.

    `reset(seed=s)` meets the user of (s, episode 0), every further `reset()` the next episode of that seed. `options` may have
    `episode`, and `user` with `reveal=True`. A conversation that reaches the horizon is terminated, not truncated: the time-out
    is an outcome of the game, with a payoff.
    """

    metadata = {"render_modes": ["ansi"]}

    def __init__(
        self, scenario: str | os.PathLike[str], *, actions: ActionKind = "response", reward: RewardKind = "payoff",
        belief: bool = False, policy: str | os.PathLike[str] = "reference", reveal: bool = False,
        set: Mapping[str, float] | None = None, render_mode: str | None = None,
        program: str | os.PathLike[str] | Program | None = None, **more: Any,
    ):
        """Starts a program of its own, which `close` ends. Raises ProgramNotFound, NacreError, ValueError."""
        if render_mode not in (None, "ansi"):
            raise ValueError(f"render_mode is None or 'ansi', not {render_mode!r}")
        self.render_mode = render_mode
        self.client, self.spaces = opened(scenario, actions, policy=policy, reward=reward, belief=belief, reveal=reveal, set=set,
                                          program=program, **more)
        self.description = self.client.description
        self.observation_space = self.spaces.observation
        self.action_space = self.spaces.action
        self._seed: int | None = None
        self._episode = 0
        self._words: list[str] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begins the next conversation; its `messages` so far stand in the information.

        Raises SessionError for a seed, an episode or a user that is refused, ValueError for other options; then all is as it was.
        """
        given = dict(options or {})
        if seed is not None:
            wanted, episode = seed, 0
        else:
            wanted, episode = int(self.np_random.integers(_SEEDS)) if self._seed is None else self._seed, self._episode
        episode = given.pop("episode", episode)
        user = given.pop("user", None)
        if given:
            raise ValueError(f"options are episode and user, not {sorted(given)}")
        [reply] = all_checked(self.client.request([reset_request(0, wanted, episode, user)]))
        # What was refused has raised: from here on the new conversation is the one that counts.
        super().reset(seed=None if seed is None else int(reply["seed"]))
        self._seed, self._episode = int(reply["seed"]), reply["episode"] + 1
        self._words = [f"{message['role']}: {message['content']}" for message in reply["messages"]]
        return self.spaces.observed(reply), information(reply)

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Says something. Raises ValueError for what is no action, SessionError before a reset or after the end."""
        [reply] = all_checked(self.client.request([{"op": "step", "session": 0, **self.spaces.spoken(action)}]))
        said = reply.get("response") or f"[features {list(action)}]"
        self._words += [f"assistant: {said}", f"user: {reply['message']}"]
        return self.spaces.observed(reply), float(reply["reward"]), bool(reply["done"]), False, information(reply)

    def render(self) -> str | None:
        """The conversation so far, a line a message, where `render_mode` is `ansi`."""
        return "\n".join(self._words) if self.render_mode == "ansi" else None

    def close(self) -> None:
        """Ends the program."""
        self.client.close()
