"""Nacre from Python: scenarios and their results, conversations, environments, and a trainer that reads `p_chosen`.

Everything is computed by the program `sim-cli`; this package starts it, speaks its JSON and reads its tables. What needs another
package is imported on first use, and left out of `from nacre import *`: `NacreEnv` and `NacreVectorEnv` (gymnasium),
`SoftDPOTrainer` (trl).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nacre.collabllm import candidates_from_collabllm, collabllm_from_candidates
from nacre.openenv import EnvironmentServer, verifiers_toml
from nacre.program import NacreError, Problem, Program, ProgramNotFound
from nacre.protocol import Description, Reply, SessionError
from nacre.scenario import Result, Scenario, Solution
from nacre.session import SessionClient
from nacre.tables import read_tables
from nacre.tools import EnvironmentFactory, environment_factory, episode_rows

if TYPE_CHECKING:
    from nacre.environment import NacreEnv as NacreEnv
    from nacre.soft_dpo import SoftDPOTrainer as SoftDPOTrainer
    from nacre.vector_environment import NacreVectorEnv as NacreVectorEnv

# Without the classes of _LATER: a star would import their packages, and fail where these are missing.
__all__ = [
    "Description", "EnvironmentFactory", "EnvironmentServer", "NacreError", "Problem", "Program", "ProgramNotFound", "Reply",
    "Result", "Scenario", "SessionClient", "SessionError", "Solution",
    "candidates_from_collabllm", "collabllm_from_candidates", "environment_factory", "episode_rows",
    "read_tables", "verifiers_toml",
]

_LATER = {
    "NacreEnv": "nacre.environment",
    "NacreVectorEnv": "nacre.vector_environment",
    "SoftDPOTrainer": "nacre.soft_dpo",
}


def __getattr__(name: str) -> Any:
    """The classes whose packages are optional, imported when they are first named."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'nacre' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
