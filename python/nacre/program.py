"""The program `sim-cli`: where it is found, how it is run, and what it says is wrong."""

import copyreg
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = "sim-cli"
VARIABLE = "NACRE_CLI"


class ProgramNotFound(FileNotFoundError):
    """There is no `sim-cli` in any of the places where it is looked for."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input, as the program says it; what it does not know is None."""

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return ": ".join(part for part in (place, self.path, self.message) if part)


class PortableError(RuntimeError):
    """An error with members that goes from one process to another as it is.

    Python would make it anew from its message alone, which is not what the constructors of these take. They also take an error of
    their own kind in place of everything: that is how Gymnasium's AsyncVectorEnv raises what a worker sent.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class NacreError(PortableError):
    """The program ended with something other than success.

    `code` is its exit code (64 the command line, 65 an input, 70 a fault of Nacre's, 74 files, 75 an address, 130 interrupted),
    `problems` what it listed, `stderr` everything else that it said.
    """

    def __init__(
        self, arguments: "Sequence[str] | NacreError", code: int = 1, problems: Sequence[Problem] = (), stderr: str = ""
    ):
        if isinstance(arguments, NacreError):
            code, problems, stderr = arguments.code, arguments.problems, arguments.stderr
            arguments = arguments.arguments
        self.arguments: list[str] = list(arguments)
        self.code: int = code
        self.problems: list[Problem] = list(problems)
        self.stderr: str = stderr
        said = "\n".join(str(problem) for problem in problems) or stderr.strip() or "nothing was said"
        super().__init__(f"{PROGRAM} {arguments[0] if arguments else ''} ended with {code}: {said}")


def find_program(given: str | os.PathLike[str] | None = None) -> Path:
    """The program: the argument, else $NACRE_CLI, else PATH, else .build/release of the repository that holds this package.

    Raises ProgramNotFound, and never falls back to another place from one that was named.
    """
    for named, place in ((given, "the argument"), (os.environ.get(VARIABLE) or None, f"${VARIABLE}")):
        if named is not None:
            path = Path(named).expanduser()
            if not (path.is_file() and os.access(path, os.X_OK)):
                raise ProgramNotFound(f"{path}, named by {place}, is not a program")
            return path.resolve()
    on_path = shutil.which(PROGRAM)
    if on_path:
        return Path(on_path).resolve()
    # An installation inside the repository (.venv-python, or editable) has the repository above itself. Folders above the
    # working directory are not searched: what lies there may be anybody's.
    for folder in Path(__file__).resolve().parents:
        built = folder / ".build" / "release" / PROGRAM
        if (folder / "Package.swift").is_file() and built.is_file():
            return built
    raise ProgramNotFound(
        f"{PROGRAM} was not found. Build it (swift build -c release --product {PROGRAM}) and put it on PATH, or name it by "
        f"${VARIABLE} or the argument `program`")


@dataclass(frozen=True)
class Program:
    """A `sim-cli` that exists. `Program()` finds one."""

    path: Path

    def __init__(self, path: "str | os.PathLike[str] | Program | None" = None):
        found = path.path if isinstance(path, Program) else find_program(path)
        object.__setattr__(self, "path", found)

    def run(self, *arguments: object, accept: Sequence[int] = (0,), timeout: float | None = None) -> str:
        """Standard output of a command. A text is a word as it is, a PathLike always a file, even if its name begins with a dash.

        Raises NacreError for an exit code that is not in `accept`, subprocess.TimeoutExpired after `timeout` seconds.
        """
        words = [operand(word) if isinstance(word, os.PathLike) else str(word) for word in arguments]
        done = subprocess.run([str(self.path), *words], capture_output=True, text=True, encoding="utf-8", timeout=timeout)
        if done.returncode not in accept:
            raise NacreError(words, done.returncode, _problems(done.stdout), done.stderr)
        return done.stdout

    def json(self, *arguments: object, accept: Sequence[int] = (0,), timeout: float | None = None) -> Any:
        """The document of a command, which is given `--json` and `--quiet`. Raises ValueError for an output that is none."""
        text = self.run(*arguments, "--json", "--quiet", accept=accept, timeout=timeout)
        try:
            return json.loads(text)
        except ValueError:
            raise ValueError(f"{self.path} does not answer as {PROGRAM} does; it said: {text!r:.200}") from None

    def version(self) -> str:
        """What `sim-cli --version` says."""
        return self.run("--version").strip()


def _problems(output: str) -> list[Problem]:
    """What an error document lists; nothing for an output that is none."""
    try:
        listed = json.loads(output)["errors"]
    except (ValueError, KeyError, TypeError):
        return []
    fields = ("message", "file", "line", "column", "path")
    return [Problem(**{name: entry[name] for name in fields if name in entry}) for entry in listed]


def operand(path: str | os.PathLike[str]) -> str:
    """A file as a word of the command line that is not taken for an option."""
    text = os.fspath(path)
    return os.path.join(os.curdir, text) if text.startswith("-") else text


# The options that may be given several times, and in which commands; a test holds them against the program's own description.
# `--set` is one wherever it is. All others are given once, and where they take several values these are separated by commas.
_REPEATED: dict[str, tuple[str, ...]] = {
    "after": ("explain", "pearl", "boundary"),
    "case": ("suite run",),
    "compare": ("simulate", "play"),
    "confusion": ("calibrate",),
    "examples": ("play", "serve", "label texts", "suite run"),
    "fail-if": ("evaluate", "simulate"),
    "figures": ("reality",),
    "never-choose": tuple(f"export {form}" for form in (
        "preferences", "dpo", "kto", "reward", "sft", "sharegpt", "openai", "nemo", "two-axis", "candidates")),
    "over": ("sweep",),
    "parameters": ("sensitivity", "reality"),
    "player": ("export efg",),
    "policy": ("evaluate", "frontier", "sweep", "reality", "report", "serve", "export csv", "suite run"),
    "response": ("behaviour",),
    "rewrite": ("pearl",),
    "run": ("report",),
    "tag": ("runs list",),
    "target": ("behaviour",),
    "user": ("behaviour",),
    "vary": ("boundary",),
}


def repeats(command: str, option: str) -> bool:
    """Whether an option, without its dashes, may be given several times to a command."""
    return option == "set" or command in _REPEATED.get(option, ())


def options(command: str, given: Mapping[str, Any]) -> list[str]:
    """Keyword arguments as options of a command: `test_share=0` is `--test-share=0`.

    True is a flag, False and None are left out. A list or tuple repeats an option that may be repeated, and is otherwise one
    value with commas: `rollouts=[3, 10]` is `--rollouts=3,10`. A dict is a list of KEY=VALUE. Values of numpy are as
    Python's.
    """
    words: list[str] = []
    for name, value in given.items():
        option = name.rstrip("_").replace("_", "-")
        value = plain(value)
        if value is None or value is False:
            continue
        if value is True:
            words.append(f"--{option}")
            continue
        if isinstance(value, Mapping):
            value = [f"{key}={_word(entry)}" for key, entry in value.items()]
        if not isinstance(value, (list, tuple)):
            value = [value]
        entries = [_word(entry) for entry in value]
        if entries and not repeats(command, option):
            entries = [",".join(entries)]
        # One word, since a value of its own that begins with a dash is taken for an option.
        words += [f"--{option}={entry}" for entry in entries]
    return words


def plain(value: Any) -> Any:
    """A number or an array of numpy (or of what has its `tolist`) as Python's; everything else as it is."""
    tolist = getattr(value, "tolist", None)
    return tolist() if callable(tolist) else value


def _word(value: object) -> str:
    value = plain(value)
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, (list, tuple)):
        return ",".join(map(_word, value))
    # repr gives the shortest decimal that reads back as the same double.
    return repr(float(value)) if isinstance(value, float) else str(value)
