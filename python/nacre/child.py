"""A `sim-cli` that goes on running beside this program."""

import os
import subprocess
import tempfile
from collections.abc import Sequence

from nacre.program import NacreError, Program, _problems

# How long a program may take to end after it was told to: it has nothing left to compute.
_PATIENCE = 10.0


class Child:
    """The process, with what it says beside its output kept for the day it ends unasked."""

    def __init__(self, program: str | os.PathLike[str] | Program | None, arguments: Sequence[str], *, listens: bool):
        """`listens`: whether it is written to. Raises ProgramNotFound."""
        path = Program(program).path
        self.arguments = list(arguments)
        # A file, since a pipe that nobody reads fills up and stops the program.
        self._said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(path), *arguments], stdin=subprocess.PIPE if listens else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self._said)

    def line(self) -> bytes:
        """The next line of its output; without a line feed where it ended before one."""
        return self.process.stdout.readline() if self.process.stdout is not None else b""

    def ended(self, output: bytes = b"") -> NacreError:
        """Why there is no answer: it has ended, with a code and words. `output` is what was read of its last words."""
        code = self.process.wait(_PATIENCE)
        output += self.process.stdout.read() if self.process.stdout is not None else b""
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        return NacreError(self.arguments, code, _problems(output.decode(errors="replace")), said)

    def close(self) -> None:
        """Has it end: by the end of its input if it listens, otherwise by a signal. May be called again."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None:
            self.process.terminate()
        elif not stdin.closed:
            try:
                stdin.close()
            except BrokenPipeError:
                pass        # it has ended by itself; there is nothing left to say to it
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if stdout is not None:
            stdout.close()
        self._said.close()
