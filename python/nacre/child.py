"""A `sim-cli` that goes on running beside this program."""

import os
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Sequence
from typing import IO

from nacre.program import PROGRAM, NacreError, Program, _problems

# How long a program may take to end after it was told to: it has nothing left to compute.
_PATIENCE = 2.0


class Child:
    """The process, with what it says beside its output kept for the day it ends unasked.

    It ends with `close`, with this object, or with this program, be that killed, whichever comes first. A fork of this program has no part in it.
    """

    def __init__(self, program: str | os.PathLike[str] | Program | None, arguments: Sequence[str]):
        """`arguments`: of a command that ends when its input does. Raises ProgramNotFound."""
        self.path = Program(program).path
        self.arguments = list(arguments)
        # A file, since a pipe that nobody reads fills up and stops the program.
        self._said = tempfile.TemporaryFile()
        # A signal's handler may come back here from the middle of an exchange, and is told so instead of waiting for itself.
        self._lock = threading.RLock()
        self._asked = False
        self._closed: str | None = None
        try:
            self.process = subprocess.Popen(
                [str(self.path), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said)
        except BaseException:
            self._said.close()
            raise
        self._ends = weakref.finalize(self, _end, self.process, self._said, self._lock)
        _children.add(self)

    def line(self) -> bytes:
        """The next line of its output; without a line feed where it ended before one."""
        return self.process.stdout.readline() if self.process.stdout is not None else b""

    def exchange(self, line: bytes) -> bytes:
        """One line there and one back. The program reads a whole line before it answers, so neither side waits for the other.

        If anything is raised in the middle (by Ctrl-C, or a signal's handler), the reply would be taken for that of the next
        request: the program is ended. Raises NacreError if it has ended by itself, ValueError if it was ended from here.
        """
        self._open()
        with self._lock:
            if self._asked:
                self._abandon()
            self._open()
            stdin = self.process.stdin
            if stdin is None:
                raise ValueError("the program is not listening")
            # Said before the first byte and unsaid after the last, so that no exception comes between.
            self._asked = True
            try:
                try:
                    stdin.write(line + b"\n")
                    stdin.flush()
                    answer = self.line()
                except BrokenPipeError:
                    answer = b""
                if not answer.endswith(b"\n"):
                    self._open()        # it may have been closed in another thread
                    raise self.ended(answer)
            except NacreError:
                raise
            except BaseException:
                self._abandon()
                raise
            self._asked = False
            return answer

    def ended(self, output: bytes = b"") -> NacreError:
        """Why there is no answer: it has ended, with a code and words, or is ended now. `output` is what was read of its last."""
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        code = self.process.wait()
        self._asked = False
        output += self.process.stdout.read() if self.process.stdout is not None else b""
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        text = output.decode(errors="replace")
        problems = _problems(text)
        if text.strip() and not problems:
            said = f"{self.path} does not answer as {PROGRAM} does; it said: {text!r:.200}\n{said}"
        return NacreError(self.arguments, code, problems, said)

    def close(self) -> None:
        """Has it end, by the end of its input. May be called again.

        A request under way in another thread is waited for, two seconds at most.
        """
        self._closed = self._closed or "the client is closed"
        self._ends()

    def _open(self) -> None:
        if self._closed is not None:
            raise ValueError(self._closed)

    def _abandon(self) -> None:
        self._closed = self._closed or (
            "the client is closed: an exception interrupted a request, whose reply would be taken for that of the next")
        self.process.kill()

    def _forked(self) -> None:
        """In a fork of the program that started it: lets go of the pipes, so that they end when the other closes them."""
        self._closed = "the client belongs to the process that made it, of which this one is a fork; make one here"
        self._ends.detach()
        nothing = os.open(os.devnull, os.O_RDWR)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                # Put in the place of the pipe, since closing would first send what the other process is just writing.
                os.dup2(nothing, pipe.fileno(), inheritable=False)
        os.close(nothing)


_children: "weakref.WeakSet[Child]" = weakref.WeakSet()


def _after_fork() -> None:
    for child in list(_children):
        child._forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _end(process: "subprocess.Popen[bytes]", said: IO[bytes], lock: "threading.RLock") -> None:
    """Ends a process, and closes what led to it. Outside the class, since it is called when the object is no more."""
    held = lock.acquire(timeout=_PATIENCE)
    if not held:
        process.kill()      # whoever waits for its answer then gets the end of its output
        held = lock.acquire(timeout=_PATIENCE)
    try:
        try:
            if process.stdin is not None:
                process.stdin.close()
        except BrokenPipeError:
            pass        # it has ended by itself; there is nothing left to say to it
        for stop in (process.terminate, process.kill):
            try:
                process.wait(_PATIENCE)
                break
            except subprocess.TimeoutExpired:
                stop()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        said.close()
    finally:
        if held:
            lock.release()
