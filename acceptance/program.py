"""Runs sim-cli and reads what it wrote. Nothing here knows how Nacre computes anything."""

import json
import subprocess
from pathlib import Path


# The theorem is about all answers and all pairs; by default some have no row.
WHOLE = ["--keep-placeholders", "--keep-over-limit", "--tie-band", 0, "--pairs-per-prompt", "all"]


class Program:
    """The built command line, with one scenario and a folder to work in."""

    def __init__(self, binary: Path, scenario: Path, folder: Path):
        self.binary, self.scenario, self.folder = binary, scenario, folder
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, *arguments, timeout: float = 600) -> str:
        command = [str(self.binary), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        if done.returncode not in (0,):
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def solve(self) -> Path:
        policy = self.folder / "policy.json"
        self.run("solve", self.scenario, "--out", policy, "--force", "--quiet")
        return policy

    def export(self, kind: str, policy: Path, name: str, *options) -> Path:
        out = self.folder / name
        self.run("export", kind, self.scenario, "--policy", policy, "--out", out, "--force", "--test-share", 0, *WHOLE,
                 *options)
        return out


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]
