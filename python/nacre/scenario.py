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

from nacre.program import Problem, Program, operand, options
from nacre.protocol import RewardKind
from nacre.session import SessionClient
from nacre.tables import read_tables

PolicyName = str | os.PathLike[str]

# The commands on a scenario whose tables go to `--csv`; those of all others go to `--out`.
WRITES_CSV = frozenset({"evaluate", "simulate", "objectives", "behaviour", "reality", "noise"})


# Equal to themselves alone: tables have no one answer to whether they are equal, and no hash.
@dataclass(frozen=True, eq=False)
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
        """Probabilities as a matrix. Shape: rows (user, outcome), a column for each policy.

        Raises ValueError where two policies have one name, whose columns nobody could tell apart.
        """
        outcomes = self.outcomes
        twice = outcomes.policy[outcomes.duplicated(["user", "outcome", "policy"])].unique()
        if len(twice):
            raise ValueError(f"several policies are called {', '.join(map(repr, twice))}; a column needs a name of its own")
        return outcomes.pivot(index=["user", "outcome"], columns="policy", values="probability")


@dataclass(frozen=True, eq=False)
class Solution:
    """A solved policy: its file, and what the solver said of it. Stands wherever a policy is asked for.

    The file is the same after a change of the working directory.
    """

    path: Path
    json: dict[str, Any]
    _place: Path = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_place", self.path.absolute())

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
        return str(_still(self.path, self._place))


class Scenario:
    """A scenario file, with some of its numbers set, and the program that computes.

    Policies are what `sim-cli` takes: `always:RESPONSE`, `sequence:R1,R2`, `cues:CUE=R,else=R`, `uniform`, `reference`, or a
    policy file. Further options of a command are keyword arguments: `test_share=0.2` is `--test-share 0.2`, `force=True` a flag,
    a list what the option says of several values (repeated, or separated by commas), `set` what is set besides for this command.
    Every method raises NacreError with what is wrong. The file is the same after a change of the working directory.
    """

    def __init__(
        self, file: str | os.PathLike[str], *, set: Mapping[str, float] | None = None,
        program: str | os.PathLike[str] | Program | None = None,
    ):
        """`set` maps paths to numbers, as `--set PATH=VALUE` does. Raises FileNotFoundError, ProgramNotFound."""
        self.file = Path(file)
        self._place = self.file.absolute()
        if not self.file.is_file():
            raise FileNotFoundError(f"there is no scenario {self.file}")
        self.program = Program(program)
        self.set = dict(set or {})

    def setting(self, numbers: Mapping[str, float]) -> "Scenario":
        """The same scenario with these numbers set besides."""
        return Scenario(_still(self.file, self._place), set={**self.set, **numbers}, program=self.program)

    def check(self) -> list[Problem]:
        """Warnings of `validate`; the list is empty for a file without any. Raises NacreError with all errors at once."""
        said = self._json("validate", {})
        found = [entry for document in said.get("files", [said]) for entry in document.get("warnings", [])]
        names = ("message", "file", "line", "column", "path")
        return [Problem(**{name: entry[name] for name in names if entry.get(name) is not None}) for entry in found]

    def evaluate(self, *policies: PolicyName, **more: Any) -> Result:
        """Exact outcomes of policies. Tables: `metrics`, `outcomes`; with `csv=FOLDER` they are kept there."""
        return self._tables("evaluate", {"policy": _names(policies), **more})

    def solve(self, out: str | os.PathLike[str], **more: Any) -> Solution:
        """Finds a policy and writes it to `out`; `method="belief"` plans on the whole conversation.

        A search that did not converge has a status that says so, and no error (exit code 1 of the program).
        """
        path = Path(out)
        return Solution(path, self._json("solve", {**more, "out": path}, accept=(0, 1)))

    def simulate(
        self, policy: PolicyName, *, compare: Sequence[PolicyName] = (), episodes: int = 10_000, seed: int = 1, **more: Any
    ) -> Result:
        """Episodes played with a seed, the policies of `compare` against the same users. Tables: `metrics`, `outcomes`.

        With `csv=FOLDER` the tables are kept there.
        """
        given = {"policy": _name(policy), "compare": _names(compare), "episodes": episodes, "seed": seed}
        return self._tables("simulate", {**given, **more})

    def table(self, command: str, *operands: str | os.PathLike[str], **more: Any) -> Result:
        """Any command on this scenario that writes a folder of tables, to `--csv` or `--out`; with `csv` or `out` they are kept.

        To `--csv`: evaluate, simulate, objectives, behaviour, reality, noise. To `--out`: frontier, sweep, boundary, sensitivity,
        play, annotate, export csv. `operands` are files that it takes after the scenario, such as the conversations of annotate.
        Raises OSError for a command that writes something else.
        """
        return self._tables(command, more, operands=operands)

    def export(self, form: str, policy: PolicyName, out: str | os.PathLike[str], **more: Any) -> list[dict[str, Any]]:
        """Writes preference data (`dpo`, `candidates`, `sft`, `kto`, …) to the folder `out`; the rows of its training split.

        `datasets.load_dataset(out)` reads the same folder. `candidates` has one row a prompt, of both splits.
        """
        self._json(f"export {form}", {"policy": _name(policy), **more, "out": Path(out)})
        path = Path(out) / ("candidates.jsonl" if form == "candidates" else "data/train.jsonl")
        return read_rows(path)

    def session(
        self, *, policy: PolicyName = "reference", reward: RewardKind = "payoff", belief: bool = False, reveal: bool = False,
        seed: int = 1, set: Mapping[str, float] | None = None, **more: Any,
    ) -> SessionClient:
        """Conversations led from here; see SessionClient. `set` are numbers set besides."""
        return SessionClient(_still(self.file, self._place), policy=policy, reward=reward, belief=belief, reveal=reveal,
                             seed=seed, set={**self.set, **(set or {})}, program=self.program, **more)

    def document(self, command: str, *operands: str | os.PathLike[str], **more: Any) -> dict[str, Any]:
        """What any command on this scenario says with `--json`, such as `behaviour`, `noise` or `explain`."""
        return self._json(command, more, operands=operands)

    def run(self, command: str, *operands: str | os.PathLike[str], accept: Sequence[int] = (0,), **more: Any) -> str:
        """Any other command on this scenario; what it prints."""
        return self.program.run(*self._words(command, more, operands), accept=accept)

    def _json(
        self, command: str, given: Mapping[str, Any], accept: Sequence[int] = (0,),
        operands: Sequence[str | os.PathLike[str]] = (),
    ) -> dict[str, Any]:
        return dict(self.program.json(*self._words(command, given, operands), accept=accept))

    def _tables(
        self, command: str, given: Mapping[str, Any], operands: Sequence[str | os.PathLike[str]] = (),
    ) -> Result:
        option = "csv" if command in WRITES_CSV else "out"
        with self._folder(given.get(option)) as out:
            return Result(self._json(command, {**given, option: out}, operands=operands), read_tables(out))

    def _words(
        self, command: str, given: Mapping[str, Any], operands: Sequence[str | os.PathLike[str]] = (),
    ) -> list[str | Path]:
        files = [operand(_still(self.file, self._place)), *map(operand, operands)]
        numbers = {**self.set, **(given.get("set") or {})}
        return [*command.split(), *files, *options(command, {**given, "set": numbers})]

    @staticmethod
    @contextmanager
    def _folder(given: str | os.PathLike[str] | None) -> Iterator[Path]:
        """A place for tables: the one that was given, or one that is of no use once they are read, and does not exist yet."""
        if given is not None:
            yield Path(given)
            return
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


def _still(given: Path, place: Path) -> Path:
    """A path as it was given, which is what manifests record; or what it meant then, if the working directory is another now."""
    return given if given.absolute() == place else place
