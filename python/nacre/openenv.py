"""The environment over HTTP, `sim-cli serve FILE --env`, for verifiers' OpenEnv tasks."""

from collections.abc import Sequence
from typing import Any


def verifiers_config(base_url: str, *, episodes: int | Sequence[int] = 20, seed: int = 1, **more: Any) -> Any:
    """The configuration of verifiers' `OpenEnvTaskset` (0.4) for a server that runs: one task an episode.

    `episodes`: how many, from 0, or their numbers. The seed and the number of an episode say who the user is, so that every
    model is measured on the same people. Needs `pip install verifiers[openenv]`.
    """
    from verifiers.v1.tasksets.openenv import OpenEnvConfig

    numbers = range(episodes) if isinstance(episodes, int) else episodes
    return OpenEnvConfig(base_url=base_url, resets=[reset_arguments(seed, number) for number in numbers], **more)


def reset_arguments(seed: int, episode: int) -> dict[str, Any]:
    """What a reset of the server takes for an episode."""
    return {"seed": seed, "episode": episode}
