"""How many steps a second the served environment does over HTTP and WebSocket, beside OpenEnv's own server with an environment that
does nothing.

usage: served_rates.py PROGRAM SCENARIOS [--seconds 5]

One client, one session, one step after another. Nothing fails here: the figures are for the documentation.
"""

import argparse
import http.client
import json
import os
import socket
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from nacre import EnvironmentServer
from websockets.sync.client import connect

SAYS = json.dumps({"response": "refuse"})


@contextmanager
def idle():
    """OpenEnv's server, in a thread of this process, with an environment that does nothing."""
    import uvicorn
    from openenv.core.env_server import Action, Environment, Observation, State, create_fastapi_app

    class Said(Action):
        message: str

    class Idle(Environment):
        SUPPORTS_CONCURRENT_SESSIONS = True

        def reset(self, seed=None, episode_id=None, **_):
            return Observation()

        def step(self, action, timeout_s=None, **_):
            return Observation(reward=0.0)

        @property
        def state(self):
            return State()

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_fastapi_app(Idle, Said, Observation), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def over_http(address: str, seconds: float) -> float:
    place = urlsplit(address)
    line = http.client.HTTPConnection(place.hostname, place.port)

    def ask(path, body):
        line.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = line.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.read()[:300]!r}")
        return json.loads(answer.read())

    return counted(seconds, lambda: ask("/reset", {"episode_id": "rate"}),
                   lambda: ask("/step", {"action": {"message": SAYS}, "episode_id": "rate"}))


def over_socket(address: str, seconds: float) -> float:
    with connect(address.replace("http", "ws", 1) + "/ws") as line:
        def ask(kind, data):
            line.send(json.dumps({"type": kind, "data": data}))
            return json.loads(line.recv())["data"]

        return counted(seconds, lambda: ask("reset", {}), lambda: ask("step", {"message": SAYS}))


def counted(seconds: float, reset, step) -> float:
    """Steps a second; resets are made and not counted."""
    reset()
    steps, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        steps += 1
        if step().get("done"):
            reset()
    return steps / elapsed


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args()
    rates = {}
    with EnvironmentServer(given.scenarios / "starter.yaml", program=given.program) as server:
        rates["sim-cli"] = [over(server.address, given.seconds) for over in (over_http, over_socket)]
    with idle() as address:
        rates["stub"] = [over(address, given.seconds) for over in (over_http, over_socket)]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; steps a second")
    print(f"{'':32} {'sim-cli':>10} {'stub':>10}")
    for index, name in enumerate(("HTTP", "WebSocket")):
        print(f"{name:32} {rates['sim-cli'][index]:10.0f} {rates['stub'][index]:10.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
