"""Sessions against their promises: OpenEnv's own validator, the same users by every way, outcomes as evaluate has them, what annotate
believes against a Bayes filter on the exported POMDP, and steps a second beside servers in Python that do nothing.

    python acceptance/sessions.py .build/release/sim-cli scenarios/self-harm-question.yaml [--quick]

Needs PyPI openenv-core 0.3.0 (with fastapi, uvicorn, websockets). Everything is on loopback; what was started is ended.
"""

import asyncio
import csv
import http.client
import json
import math
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def pomdp(path):
    """Transitions and observations of a file in Cassandra's format: (start, {(action, state): {next: p}}, {(action, state): {seen: p}})."""
    lists, start, tables = {}, {}, {"T": {}, "O": {}}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(":")
        words = rest.split()
        if key in ("states", "actions", "observations"):
            lists[key] = words
        elif key == "start":
            start = dict(zip(lists["states"], map(float, words), strict=True))
        elif key in tables:
            action, state, other, value = [word for word in words if word != ":"]
            for name in lists["actions"] if action == "*" else [action]:
                tables[key].setdefault((name, state), {})[other] = float(value)
    return start, tables["T"], tables["O"]


def filtered(belief, action, seen, moves, sees):
    """The belief after an action and an observation, by Bayes' rule."""
    joint = {}
    for state, mass in belief.items():
        for target, chance in moves[action, state].items() if mass > 0 else ():
            likelihood = sees[action, target].get(seen, 0.0)
            if likelihood > 0:
                joint[target] = joint.get(target, 0.0) + mass * chance * likelihood
    total = sum(joint.values())
    return {state: mass / total for state, mass in joint.items()}


def beliefs(conversations):
    """What annotate believes of users and states before every answer, beside a filter on the exported POMDP."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        run = lambda *words: subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True)
        store = folder / "runs.db"
        run("simulate", SCENARIO, "--policy", "uniform", "--episodes", str(conversations), "--trajectories", "--store", store)
        run("annotate", SCENARIO, "--store", store, "--run", "1", "--policy", "uniform", "--out", folder / "annotated")
        run("export", "pomdp", SCENARIO, "--out", folder / "game")
        run("runs", "export", "1", "--store", store, "--out", folder / "run")
        start, moves, sees = pomdp(next((folder / "game").glob("*.pomdp")))
        with open(folder / "run" / "turns.csv", encoding="utf-8", newline="") as file:
            turns = {}
            for row in csv.DictReader(file):
                turns.setdefault(row["episode"], []).append(row)
        # Reactions that look like another are seen as that one.
        looks = dict(re.findall(r"^\s+(\w+):\s*\{shows_as: (\w+)\}", Path(SCENARIO).read_text(encoding="utf-8"), re.M))
        largest, answers = 0.0, 0
        for line in open(folder / "annotated" / "annotated.jsonl", encoding="utf-8"):
            credit = json.loads(line)
            played = turns[credit["id"].rpartition("-e")[2]]
            belief, action, last = start, next(iter(moves))[0], ""
            for row, turn in zip(played, credit["turns"], strict=True):
                belief = filtered(belief, action, f"see_{last}{row['cue']}", moves, sees)
                for kind in ("users", "states"):
                    for name, believed in turn["situation"][kind].items():
                        # States are called s_turnT_USER_STATE_after_REACTION; names of the shipped scenarios are told apart by that.
                        part = (f"_{name}_" if kind == "users" else f"_{name}")
                        mass = sum(p for state, p in belief.items() if part in state.partition("_after_")[0])
                        largest = max(largest, abs(mass - believed))
                action, last, answers = f"say_{row['response']}", f"{looks.get(row['reaction'], row['reaction'])}_", answers + 1
        print(f"{answers:,} answers: what annotate believes and a filter on the exported POMDP differ by {largest:.1e} at most")
        assert largest < 1e-12


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
    beliefs(100 if QUICK else 2_000)
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


if __name__ == "__main__":
    main()
