"""What the tests share: the program that was built, a program that plays no game, and scenarios of the repository."""

import json
import sys
from pathlib import Path

import pytest

from nacre import Program, ProgramNotFound

ROOT = Path(__file__).resolve().parents[2]
TESTS = Path(__file__).resolve().parent


def script(path: Path, source: Path) -> Path:
    """An executable file that runs a Python source with this interpreter."""
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{source}" "$@"\n')
    path.chmod(0o755)
    return path


def commands(program):
    """Every command of the program with its arguments, as the program describes them to those who complete command lines."""
    def within(described, before):
        name = [*before, described["commandName"]]
        yield " ".join(name[1:]), described.get("arguments", [])
        for one in described.get("subcommands", []):
            yield from within(one, name)

    return list(within(json.loads(program.run("--experimental-dump-help"))["command"], []))


@pytest.fixture(scope="session")
def stub(tmp_path_factory):
    """A program that speaks the protocol and plays no game."""
    return script(tmp_path_factory.mktemp("stub") / "sim-cli", TESTS / "stub_program.py")


@pytest.fixture(scope="session")
def program():
    """The built program; tests that need it are skipped where there is none."""
    try:
        return Program()
    except ProgramNotFound as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def stdio(program):
    """The built program, if it leads conversations over stdio."""
    if "--stdio" not in program.run("help", "play"):
        pytest.skip(f"{program.path} has no play --stdio")
    return program


@pytest.fixture(scope="session")
def scenarios():
    """The folder of shipped scenarios."""
    folder = ROOT / "scenarios"
    if not folder.is_dir():
        pytest.skip("there are no scenarios beside the package")
    return folder


@pytest.fixture(scope="session")
def starter(scenarios):
    return scenarios / "starter.yaml"
