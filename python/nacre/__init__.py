"""Nacre from Python: scenarios and their results, conversations, environments, and a trainer that reads `p_chosen`.

Everything is computed by the program `sim-cli`; this package starts it, speaks its JSON and reads its tables. What needs another
package is imported on first use: `NacreEnv` and `NacreVectorEnv` (gymnasium), `SoftDPOTrainer` (trl).
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
from nacre.tools import environment_factory, episode_rows

if TYPE_CHECKING:
    from nacre.environment import NacreEnv
    from nacre.soft_dpo import SoftDPOTrainer
    from nacre.vector_environment import NacreVectorEnv

__all__ = [
    "Description", "EnvironmentServer", "NacreEnv", "NacreError", "NacreVectorEnv", "Problem", "Program", "ProgramNotFound", "Reply",
    "Result", "Scenario", "SessionClient", "SessionError", "SoftDPOTrainer", "Solution",
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
