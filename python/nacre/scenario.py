"""A scenario file and what can be asked of it: each method is one command of `sim-cli`, its result a document and its tables."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas

from nacre.program import Problem, Program, options
from nacre.protocol import RewardKind
from nacre.session import SessionClient
from nacre.tables import read_tables

PolicyName = str | os.PathLike[str]


@dataclass(frozen=True)
class Result:
    """What a command said: `json` its document, as with `--json`, and `tables` its CSV files by name, in long format."""

    json: dict[str, Any]
    tables: dict[str, pandas.DataFrame] = field(default_factory=dict)

    @property
    def metrics(self) -> pandas.DataFrame:
        """Payoff, safe share and turns of every policy, with standard errors where they were simulated."""
        return self.tables["metrics"]

    @property
    def outcomes(self) -> pandas.DataFrame:
        """P(outcome | user, policy), with standard errors where they were simulated."""
        return self.tables["outcomes"]

    def outcome_table(self) -> pandas.DataFrame:
        """Probabilities as a matrix. Shape: rows (user, outcome), a column for each policy."""
        return self.outcomes.pivot(index=["user", "outcome"], columns="policy", values="probability")


@dataclass(frozen=True)
class Solution:
    """A solved policy: its file, and what the solver said of it. Stands wherever a policy is asked for."""

    path: Path
    json: dict[str, Any]

    @property
    def status(self) -> str:
        """`converged`, `limit_reached` or `infeasible`, in the solver's words."""
        return str(self.json["status"])

    @property
    def payoff(self) -> float:
        """The policy's exact payoff."""
        return float(self.json["payoff"])

    @property
    def upper(self) -> float | None:
        """What no policy can exceed, where a bound is known."""
        bound = self.json.get("upper")
        return None if bound is None else float(bound)

    def __fspath__(self) -> str:
        return str(self.path)


class Scenario:
    """A scenario file, with some of its numbers set, and the program that computes.

    Policies are what `sim-cli` takes: `always:RESPONSE`, `sequence:R1,R2`, `cues:CUE=R,else=R`, `uniform`, `reference`, or a
    policy file. Further options of a command are keyword arguments: `test_share=0.2` is `--test-share 0.2`, `force=True` a flag.
    Every method raises NacreError with what is wrong.
    """

    def __init__(
        self, file: str | os.PathLike[str], *, set: Mapping[str, float] | None = None,
        program: str | os.PathLike[str] | Program | None = None,
    ):
        """`set` maps paths to numbers, as `--set PATH=VALUE` does. Raises FileNotFoundError, ProgramNotFound."""
        self.file = Path(file)
        if not self.file.is_file():
            raise FileNotFoundError(f"there is no scenario {self.file}")
        self.program = Program(program)
        self.set = dict(set or {})

    def setting(self, numbers: Mapping[str, float]) -> "Scenario":
        """The same scenario with these numbers set besides."""
        return Scenario(self.file, set={**self.set, **numbers}, program=self.program)

    def check(self) -> list[Problem]:
        """Warnings of `validate`; the list is empty for a file without any. Raises NacreError with all errors at once."""
        said = self.program.json("validate", self.file)
        found = [entry for document in said.get("files", [said]) for entry in document.get("warnings", [])]
        names = ("message", "file", "line", "column", "path")
        return [Problem(**{name: entry[name] for name in names if entry.get(name) is not None}) for entry in found]

    def evaluate(self, *policies: PolicyName, **more: Any) -> Result:
        """Exact outcomes of policies. Tables: `metrics`, `outcomes`."""
        with self._folder() as out:
            return Result(self._json("evaluate", {"policy": _names(policies), **more, "csv": out}), read_tables(out))

    def solve(self, out: str | os.PathLike[str], **more: Any) -> Solution:
        """Finds a policy and writes it to `out`; `method="belief"` plans on the whole conversation.

        A search that did not converge has a status that says so, and no error (exit code 1 of the program).
        """
        path = Path(out)
        return Solution(path, self._json("solve", {**more, "out": path}, accept=(0, 1)))

    def simulate(
        self, policy: PolicyName, *, compare: Sequence[PolicyName] = (), episodes: int = 10_000, seed: int = 1, **more: Any
    ) -> Result:
        """Episodes played with a seed, the policies of `compare` against the same users. Tables: `metrics`, `outcomes`."""
        with self._folder() as out:
            given = {"policy": _name(policy), "compare": _names(compare), "episodes": episodes, "seed": seed}
            return Result(self._json("simulate", {**given, **more, "csv": out}), read_tables(out))

    def table(self, command: str, **more: Any) -> Result:
        """Any command that writes a folder of tables to `--out`: frontier, sweep, boundary, sensitivity, annotate, export csv."""
        with self._folder() as out:
            said = self._json(command, {**more, "out": out})
            return Result(said, read_tables(out))

    def export(self, form: str, policy: PolicyName, out: str | os.PathLike[str], **more: Any) -> list[dict[str, Any]]:
        """Writes preference data (`dpo`, `candidates`, `sft`, `kto`, …) to the folder `out`; the rows of its training split.

        `datasets.load_dataset(out)` reads the same folder. `candidates` has one row a prompt, of both splits.
        """
        self._json(f"export {form}", {"policy": _name(policy), **more, "out": Path(out)})
        path = Path(out) / ("candidates.jsonl" if form == "candidates" else "data/train.jsonl")
        return read_rows(path)

    def session(
        self, *, policy: PolicyName = "reference", reward: RewardKind = "payoff", belief: bool = False, reveal: bool = False,
        seed: int = 1, **more: Any,
    ) -> SessionClient:
        """Conversations led from here; see SessionClient."""
        return SessionClient(self.file, policy=policy, reward=reward, belief=belief, reveal=reveal, seed=seed, set=self.set,
                             program=self.program, **more)

    def document(self, command: str, **more: Any) -> dict[str, Any]:
        """What any command on this scenario says with `--json`, such as `behaviour`, `noise` or `explain`."""
        return self._json(command, more)

    def run(self, command: str, *, accept: Sequence[int] = (0,), **more: Any) -> str:
        """Any other command on this scenario; what it prints."""
        return self.program.run(*command.split(), self.file, *options({**more, "set": self.set}), accept=accept)

    def _json(self, command: str, given: dict[str, Any], accept: Sequence[int] = (0,)) -> dict[str, Any]:
        said = self.program.json(*command.split(), self.file, *options({**given, "set": self.set}), accept=accept)
        return dict(said)

    @staticmethod
    @contextmanager
    def _folder() -> Iterator[Path]:
        """A place for tables, which are read and then of no use. It does not exist yet, as the program wants it."""
        with tempfile.TemporaryDirectory(prefix="nacre-") as parent:
            yield Path(parent) / "tables"


def read_rows(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _name(policy: PolicyName) -> str:
    return os.fspath(policy)


def _names(policies: Sequence[PolicyName]) -> list[str]:
    return [_name(policy) for policy in policies]
