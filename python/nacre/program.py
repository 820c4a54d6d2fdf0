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
        """Standard output of a command.

        Raises NacreError for an exit code that is not in `accept`, subprocess.TimeoutExpired after `timeout` seconds.
        """
        words = [os.fspath(word) if isinstance(word, os.PathLike) else str(word) for word in arguments]
        done = subprocess.run([str(self.path), *words], capture_output=True, text=True, encoding="utf-8", timeout=timeout)
        if done.returncode not in accept:
            raise NacreError(words, done.returncode, _problems(done.stdout), done.stderr)
        return done.stdout

    def json(self, *arguments: object, accept: Sequence[int] = (0,), timeout: float | None = None) -> Any:
        """The document of a command, which is given `--json` and `--quiet`."""
        text = self.run(*arguments, "--json", "--quiet", accept=accept, timeout=timeout)
        return json.loads(text)

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


def options(given: dict[str, Any]) -> list[str]:
    """Keyword arguments as options of the program: `test_share=0` is `--test-share 0`.

    True is a flag, False and None are left out, a list or tuple repeats the option, a dict repeats it as KEY=VALUE.
    """
    words: list[str] = []
    for name, value in given.items():
        option = "--" + name.rstrip("_").replace("_", "-")
        if value is True:
            words.append(option)
        elif value is None or value is False:
            continue
        elif isinstance(value, dict):
            for key, entry in value.items():
                words += [option, f"{key}={_word(entry)}"]
        elif isinstance(value, (list, tuple)):
            for entry in value:
                words += [option, _word(entry)]
        else:
            words += [option, _word(value)]
    return words


def _word(value: object) -> str:
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    # repr gives the shortest decimal that reads back as the same double.
    return repr(float(value)) if isinstance(value, float) else str(value)
