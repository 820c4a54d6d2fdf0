"""Sessions against their promises: OpenEnv's own validator, the same users by every way, outcomes as evaluate has them, and steps
a second beside servers in Python that do nothing.

    python acceptance/sessions.py .build/release/sim-cli scenarios/self-harm-question.yaml [--quick]

Needs PyPI openenv-core 0.3.0 (with fastapi, uvicorn, websockets). Everything is on loopback; what was started is ended.
"""

import asyncio
import http.client
import json
import math
import subprocess
import sys
import time

PROGRAM, SCENARIO = sys.argv[1], sys.argv[2]
QUICK = "--quick" in sys.argv
RESPONSE = 1

STDIO_STUB = """
import json, sys
def reply(q):
    return {"session": q.get("session"), "turn": 1, "message": "x", "cue": "c", "reaction": "r", "observation": 1,
            "reward": 0.0, "done": False}
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps([reply(q) for q in asked] if isinstance(asked, list) else reply(asked)), flush=True)
"""

OPENENV_STUB = """
import sys, uvicorn
from openenv.core.env_server import create_fastapi_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action, Observation, State
class Say(Action):
    message: str
class Heard(Observation):
    message: str = ""
class Nothing(Environment):
    SUPPORTS_CONCURRENT_SESSIONS = True
    def reset(self, seed=None, episode_id=None, **rest): return Heard(message="x", reward=0.0, done=False)
    def step(self, action, **rest): return Heard(message="x", reward=0.0, done=False)
    @property
    def state(self): return State(step_count=0)
app = create_fastapi_app(Nothing, Say, Heard)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


class Lines:
    """A child that answers lines of JSON."""

    def __init__(self, command):
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, value):
        self.child.stdin.write(json.dumps(value) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())

    def close(self):
        self.child.stdin.close()
        return self.child.wait()


def nacre(*options):
    return Lines([PROGRAM, "play", SCENARIO, "--stdio", *options])


def rate(lines, batch, steps):
    """Steps a second of sessions that are opened again when they end."""
    done, episode, count = [True] * batch, 0, 0
    start = time.perf_counter()
    while count < steps:
        opened = []
        for session in range(batch):
            if done[session]:
                opened.append({"op": "reset", "session": session, "seed": 1, "episode": episode})
                episode += 1
        if opened:
            lines.ask(opened)
        asked = [{"op": "step", "session": session, "response": RESPONSE} for session in range(batch)]
        replies = lines.ask(asked) if batch > 1 else [lines.ask(asked[0])]
        done = [reply["done"] for reply in replies]
        count += batch
    seconds = time.perf_counter() - start
    lines.close()
    return count / seconds


def outcomes(episodes, batch, seed=1):
    """{episode: (outcome, payoff)} of always giving one response, in batches."""
    lines, ended, first = nacre(), {}, 0
    while first < episodes:
        numbers = range(first, min(first + batch, episodes))
        lines.ask([{"op": "reset", "session": n, "seed": seed, "episode": n} for n in numbers])
        live = list(numbers)
        while live:
            replies = lines.ask([{"op": "step", "session": n, "response": RESPONSE} for n in live])
            for number, reply in zip(live, replies):
                if reply["done"]:
                    ended[number] = (reply["outcome"], reply["payoff"])
            live = [number for number, reply in zip(live, replies) if not reply["done"]]
        lines.ask([{"op": "close", "session": n} for n in numbers])
        first += batch
    assert lines.close() == 0
    return ended


def compare(episodes):
    """Outcomes of episodes beside the exact ones; the largest distance in standard errors."""
    describe = nacre()
    known = describe.ask({"op": "describe"})
    describe.close()
    policy = "always:" + known["responses"][RESPONSE]
    exact = json.loads(
        subprocess.run(
            [PROGRAM, "evaluate", SCENARIO, "--policy", policy, "--json"], capture_output=True, text=True, check=True
        ).stdout)
    ended = outcomes(episodes, 2048)
    payoffs = [payoff for _, payoff in ended.values()]
    mean = sum(payoffs) / episodes
    error = math.sqrt(sum((p - mean) ** 2 for p in payoffs) / (episodes - 1) / episodes)
    item = exact["policies"][0] if "policies" in exact else exact
    value = item["payoff"]["value"] if isinstance(item["payoff"], dict) else item["payoff"]
    z = (mean - value) / error
    print(f"{episodes:,} episodes of {policy}: payoff {mean:.5f} against {value:.5f}, {z:+.2f} standard errors")
    assert abs(z) < 3
    return ended


def connect(port):
    for _ in range(400):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/health")
            if connection.getresponse().read():
                return connection
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nobody answers on port {port}")


def http_rate(connection, steps):
    def post(path, body):
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())

    post("/reset", {"seed": 1})
    start, episode = time.perf_counter(), 0
    for _ in range(steps):
        if post("/step", {"action": {"message": '{"response": 1}'}}).get("done", True):
            episode += 1
            post("/reset", {"seed": 1, "episode": episode})
    return steps / (time.perf_counter() - start)


async def socket_rate(port, steps):
    import websockets

    async with websockets.connect(f"ws://127.0.0.1:{port}/ws") as socket:
        async def ask(value):
            await socket.send(json.dumps(value))
            return json.loads(await socket.recv())

        await ask({"type": "reset", "data": {"seed": 1}})
        start, episode = time.perf_counter(), 0
        for _ in range(steps):
            reply = await ask({"type": "step", "data": {"message": '{"response": 1}'}})
            if reply["data"]["done"]:
                episode += 1
                await ask({"type": "reset", "data": {"seed": 1, "episode": episode}})
        return steps / (time.perf_counter() - start)


async def together(port, episodes, sessions):
    """The same episodes over sockets, several at once."""
    import websockets

    ended = {}

    async def play(numbers):
        async with websockets.connect(f"ws://127.0.0.1:{port}/ws") as socket:
            for number in numbers:
                await socket.send(json.dumps({"type": "reset", "data": {"seed": 1, "episode": number}}))
                await socket.recv()
                while True:
                    await socket.send(json.dumps({"type": "step", "data": {"message": '{"response": 1}'}}))
                    data = json.loads(await socket.recv())["data"]
                    if data["done"]:
                        ended[number] = (data["observation"]["outcome"], data["observation"]["payoff"])
                        break

    async def vanish():
        # A client that goes in the middle of a conversation costs the others nothing.
        socket = await websockets.connect(f"ws://127.0.0.1:{port}/ws")
        await socket.send(json.dumps({"type": "reset", "data": {"seed": 9}}))
        await socket.recv()
        socket.transport.abort()

    await asyncio.gather(*[play(range(s, episodes, sessions)) for s in range(sessions)], *[vanish() for _ in range(5)])
    return ended


def main():
    ended = compare(5_000 if QUICK else 100_000)
    port = 18_123
    server = subprocess.Popen(
        [PROGRAM, "serve", SCENARIO, "--env", "--port", str(port), "--quiet"], stdout=subprocess.DEVNULL)
    stub = subprocess.Popen([sys.executable, "-c", OPENENV_STUB, str(port + 1)], stderr=subprocess.DEVNULL)
    try:
        connect(port), connect(port + 1)
        from openenv.cli._validation import validate_running_environment

        report = validate_running_environment(f"http://127.0.0.1:{port}")
        print("openenv validate:", report["summary"], report["standard_profile"], report["mode"])
        assert report["passed"], report
        for sessions in (1, 7, 32):
            played = asyncio.run(together(port, 300, sessions))
            assert all(played[number] == ended[number] for number in range(300)), sessions
        print("300 episodes over 1, 7 and 32 sockets at once, five clients vanishing: the same as in lines")
        steps = 500 if QUICK else 4_000
        stub_lines = [sys.executable, "-c", STDIO_STUB]
        for name, mine, theirs in [
            ("stdio, one session", rate(nacre(), 1, steps), rate(Lines(stub_lines), 1, steps)),
            ("stdio, batches of 256", rate(nacre(), 256, 40 * steps), rate(Lines(stub_lines), 256, 40 * steps)),
            ("HTTP", http_rate(connect(port), steps), http_rate(connect(port + 1), steps)),
            ("WebSocket", asyncio.run(socket_rate(port, steps)), asyncio.run(socket_rate(port + 1, steps))),
        ]:
            print(f"{name}: {mine:,.0f} steps/s, a stub in Python {theirs:,.0f}")
    finally:
        server.terminate()
        stub.terminate()
        server.wait()
        stub.wait()


main()
