"""Executes the notebooks of this folder and writes them, with their outputs and figures, into another folder.

    python notebooks/execute.py FOLDER

Ends with 1 if a cell of any notebook fails; the other notebooks are executed all the same.
"""

import base64
import resource
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

SECONDS_PER_CELL = 120


def processor_seconds():
    """Processor time of children that have ended, in seconds: kernels, in this program."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write_figures(notebook, folder, name):
    """Writes every picture among the outputs as NAME-01.png, NAME-02.png, … and tells how many there are."""
    pictures = [
        output["data"]["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    for number, picture in enumerate(pictures, 1):
        (folder / f"{name}-{number:02}.png").write_bytes(base64.b64decode(picture))
    return len(pictures)


def execute(path, folder):
    """Executes one notebook beside its source; returns whether all of its cells ran."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as sockets:  # the kernel listens on files in here, not on ports
        client = NotebookClient(
            notebook, kernel_name="python3", timeout=SECONDS_PER_CELL,
            resources={"metadata": {"path": str(path.parent)}},
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}))
        begun, used = time.monotonic(), processor_seconds()
        failure = None
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            failure = error
        wall, used = time.monotonic() - begun, processor_seconds() - used
    nbformat.write(notebook, folder / path.name)
    figures = write_figures(notebook, folder, path.stem)
    if failure is not None:
        print(f"{path.name}: FAILED\n{failure}", file=sys.stderr)
        return False
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    print(f"{folder / path.name}: {cells} cells ran, {figures} figures, {wall:.1f} s ({used:.1f} s of processor time)")
    return True


def main():
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted(Path(__file__).resolve().parent.glob("*.ipynb"))
    if not paths:
        print("no notebooks found", file=sys.stderr)
        return 1
    ran = [execute(path, folder) for path in paths]
    return 0 if all(ran) else 1


if __name__ == "__main__":
    sys.exit(main())
