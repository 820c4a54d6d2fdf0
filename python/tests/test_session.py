"""The client of `play --stdio`: against a program that plays no game, and, where it is built, against the real one."""

import gc
import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest
from conftest import TESTS, commands, script

from nacre import NacreError, Problem, Program, ProgramNotFound, SessionClient, SessionError, read_tables
from nacre.program import operand, options, repeats


@pytest.fixture
def client(stub):
    with SessionClient("stub.yaml", program=stub) as client:
        yield client


def test_description(client):
    assert client.description.responses == ("go", "stop")
    assert client.description.outcomes == {"helped": True, "unresolved": True}


def test_a_conversation(client):
    opened = client.reset("a", seed=2**64 - 1, episode=5)
    assert (opened["seed"], opened["episode"], opened["done"]) == (str(2**64 - 1), 5, False)
    assert client.step("a", response="go")["turn"] == 2
    ended = client.step("a", response=1)
    assert (ended["done"], ended["outcome"], ended["payoff"]) == (True, "helped", 1.25)
    assert client.state("a")["return"] == 1.25
    client.close_session("a")
    with pytest.raises(SessionError) as refused:
        client.state("a")
    assert refused.value.code == "unknown_session"


def test_refusals_leave_the_session_as_it_was(client):
    client.reset(0)
    with pytest.raises(SessionError, match="no response"):
        client.step(0, response="nonsense")
    with pytest.raises(ValueError, match="exactly one"):
        client.step(0)
    with pytest.raises(ValueError, match="exactly one"):
        client.step(0, response=0, text="hello")
    assert client.state(0)["turn"] == 1


def test_batches_keep_order_and_raise_nothing(client):
    assert client.request([]) == []
    replies = client.request([
        {"op": "reset", "session": 1, "id": "x"}, {"op": "step", "session": 2, "response": 0},
        {"op": "step", "session": 1, "response": 0}])
    assert [reply.get("id") for reply in replies] == ["x", None, None]
    assert replies[1]["error"]["code"] == "unknown_session"
    assert replies[2]["turn"] == 2


def test_a_batch_larger_than_a_pipe(client):
    """Far more than a pipe holds, in both directions: neither side may wait for the other."""
    replies = client.request([{"op": "reset", "session": index, "id": "x" * 200} for index in range(5000)])
    assert [reply["session"] for reply in replies] == list(range(5000))


def test_threads_take_turns(client):
    problems = []

    def talk(name):
        for _ in range(50):
            client.reset(name)
            if client.step(name, response=0)["session"] != name:
                problems.append(name)

    threads = [threading.Thread(target=talk, args=(f"t{index}",)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems


def test_what_the_program_says_is_raised(stub):
    with pytest.raises(NacreError) as error:
        SessionClient("missing.yaml", program=stub)
    assert error.value.code == 65
    assert error.value.problems[0].line == 3
    assert "no such scenario" in str(error.value)


def test_a_program_that_ends_is_noticed(client):
    client._child.process.kill()
    with pytest.raises(NacreError):
        client.reset(0)


def test_closing_twice(stub):
    client = SessionClient("stub.yaml", program=stub)
    client.close()
    client.close()
    assert client._child.process.returncode == 0
    with pytest.raises(ValueError, match="closed"):
        client.reset(0)


def test_programs_are_found_in_order(stub, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("NACRE_CLI", str(stub))
    assert Program().path == stub.resolve()
    with pytest.raises(ProgramNotFound, match="argument"):
        Program(tmp_path / "nothing")
    monkeypatch.setenv("NACRE_CLI", str(tmp_path / "nothing"))
    with pytest.raises(ProgramNotFound, match="NACRE_CLI"):
        Program()
    monkeypatch.delenv("NACRE_CLI")
    (tmp_path / "sim-cli").symlink_to(stub)
    assert Program().path == stub.resolve()


class Late(Exception):
    """What a signal's handler raises."""


@pytest.fixture
def alarm():
    """Has Late raised after so many seconds."""
    def late(*_):
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_an_interrupted_request_ends_the_program(client, alarm):
    """Its reply would be taken for that of the next one."""
    alarm(0.2)
    with pytest.raises(Late):
        client.request([{"op": "wait", "seconds": 1, "id": "late"}])
    for _ in range(2):
        with pytest.raises(ValueError, match="interrupted"):
            client.reset("other", seed=6, episode=4)
    assert client._child.process.wait(5) != 0
    client.close()


def test_a_request_interrupted_while_it_is_written_ends_the_program(stub, alarm):
    with SessionClient("stub.yaml", program=stub) as client:
        os.kill(client._child.process.pid, signal.SIGSTOP)      # so that the pipe fills up
        alarm(0.2)
        with pytest.raises(Late):
            client.request([{"op": "reset", "session": index, "id": "x" * 200} for index in range(5000)])
        with pytest.raises(ValueError, match="interrupted"):
            client.reset(0)


def test_a_request_in_the_middle_of_another_is_refused(client):
    """From a signal's handler: it would take the other's reply, or wait for itself."""
    before = signal.signal(signal.SIGALRM, lambda *_: client.reset(0))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(ValueError, match="interrupted"):
            client.request([{"op": "wait", "seconds": 1}])
    finally:
        signal.signal(signal.SIGALRM, before)


def test_the_program_ends_with_the_client(stub):
    client = SessionClient("stub.yaml", program=stub)
    process = client._child.process
    del client
    gc.collect()
    assert process.returncode == 0


def test_the_program_ends_with_this_one(tmp_path):
    """Even one that does not heed the end of its input."""
    code = "import nacre; c = nacre.SessionClient('stub.yaml', program={program!r}); print(c._child.process.pid)"
    sleeper = tmp_path / "sleeper.py"
    stub = str(TESTS / "stub_program.py")
    sleeper.write_text(f"import sys, time\nif sys.argv[2:]:\n    exec(open({stub!r}).read())\ntime.sleep(30)")
    program = script(tmp_path / "sim-cli", sleeper)
    ran = subprocess.run([sys.executable, "-c", code.format(program=str(program))], capture_output=True, text=True, timeout=20)
    with pytest.raises(ProcessLookupError):
        os.kill(int(ran.stdout), 0)


def talk_in_a_fork(client, said):
    try:
        client.reset(0)
    except ValueError as error:
        said.put(str(error))
    client.close()
    said.close()
    said.join_thread()
    time.sleep(30)


def test_a_fork_has_no_part_in_it(client):
    """It neither takes replies from the process that made the client, nor keeps its program from ending."""
    context = multiprocessing.get_context("fork")
    said = context.Queue()
    fork = context.Process(target=talk_in_a_fork, args=(client, said))
    fork.start()
    try:
        assert "fork" in said.get(timeout=20)
        assert client.reset(0, seed=1, episode=7)["episode"] == 7
        begun = time.monotonic()
        client.close()
        assert client._child.process.returncode == 0 and time.monotonic() - begun < 1.5
    finally:
        fork.kill()
        fork.join()


def test_closing_while_another_thread_waits(client):
    found = []

    def wait():
        try:
            client.request([{"op": "wait", "seconds": 30}])
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)
    client.close()
    thread.join(5)
    assert [type(error) for error in found] == [ValueError] and "closed" in str(found[0])


@pytest.mark.parametrize("source", ["print('hello')", "import sys; print(sys.stdin.readline()); sys.stdin.read()"])
def test_another_program_is_said_to_be_one(tmp_path, source):
    (tmp_path / "other.py").write_text(source)
    other = script(tmp_path / "other", tmp_path / "other.py")
    with pytest.raises(NacreError, match="does not answer as sim-cli does|nothing was said"):
        SessionClient("stub.yaml", program=other)
    with pytest.raises(ValueError, match="does not answer as sim-cli does"):
        Program(script(tmp_path / "another", tmp_path / "other.py")).json("hello")


class Whole:
    """A whole number of another package."""

    def __index__(self):
        return 1


class Array:
    """Numbers of another package, as numpy's."""

    def __init__(self, value):
        self.value = value

    def tolist(self):
        return self.value


def test_numbers_of_other_packages(client):
    client.reset(Array(3), seed=Array(5), episode=Whole())
    assert client.state(3)["session"] == 3
    assert client.step(3, response=Whole())["response"] == "stop"
    client.reset(3)
    assert client.step(3, features=Array([0.5]))["turn"] == 2
    with pytest.raises(TypeError, match="part of a request"):
        client.step(3, features=object())
    assert client.state(3)["turn"] == 2


def test_a_line_that_is_refused_as_a_whole(stdio, starter):
    with SessionClient(starter, program=stdio) as client:
        with pytest.raises(SessionError, match="JSON"):
            client.request([{"op": "step", "features": [float("nan")]}])
        assert client.reset(0)["turn"] == 1


@pytest.mark.parametrize("error", [
    NacreError(["play"], 65, [Problem("no such scenario", file="x.yaml", line=3)], "said"),
    SessionError("finished", "it is over", 3),
])
def test_errors_go_between_processes(error):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(error, protocol))
        assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))
    assert (str(type(error)(error)), vars(type(error)(error))) == (str(error), vars(error)), "as AsyncVectorEnv raises it"


def test_options_of_the_program():
    given = {"test_share": 0.1, "force": True, "quiet": False, "tau": None, "policy": ["a", "b"], "set": {"p.q": 0.5}}
    assert options("evaluate", given) == ["--test-share=0.1", "--force", "--policy=a", "--policy=b", "--set=p.q=0.5"]
    assert options("solve", {"gap": 1e-05, "seed": -1}) == ["--gap=1e-05", "--seed=-1"]
    assert options("noise", {"rollouts": [3, 10], "window": (1, "all"), "policy": []}) == ["--rollouts=3,10", "--window=1,all"]
    assert options("sweep", {"over": {"p.q": [0.1, 0.2]}}) == ["--over=p.q=0.1,0.2"]
    assert options("noise", {"tau": Array(0.5), "rollouts": Array([1, 2]), "distinct": Array(True)}) == [
        "--tau=0.5", "--rollouts=1,2", "--distinct"]


def test_files_are_no_options():
    assert [operand("-x.yaml"), operand("x.yaml"), operand("/-x")] == ["./-x.yaml", "x.yaml", "/-x"]


# The real program.


def test_the_table_of_repeated_options_is_the_program_s(program):
    for command, entries in commands(program):
        for entry in entries:
            if entry["kind"] == "option":
                for name in entry["names"]:
                    assert repeats(command, name["name"]) == entry["isRepeating"], (command, name)


def play(client, episodes, choose):
    """Sums of rewards and replies at the end of episodes that are played in one batch a turn."""
    open_ones = [client.reset(number, seed=7, episode=number) for number in range(episodes)]
    sums, ended = [0.0] * episodes, {}
    while len(ended) < episodes:
        asked = [(number, reply) for number, reply in enumerate(open_ones) if number not in ended]
        replies = client.request([{"op": "step", "session": number, **choose(reply)} for number, reply in asked])
        for (number, _), reply in zip(asked, replies):
            open_ones[number] = reply
            sums[number] += reply["reward"]
            if reply["done"]:
                ended[number] = reply
    return sums, ended


def test_rewards_sum_to_the_payoff(stdio, starter):
    with SessionClient(starter, program=stdio) as client:
        sums, ended = play(client, 200, lambda reply: {"response": "owner_route"})
        assert all(ended[number]["payoff"] == pytest.approx(sums[number], abs=1e-12) for number in ended)


def test_shaped_rewards_sum_to_payoff_minus_value(stdio, starter):
    with SessionClient(starter, program=stdio, reward="shaped") as client:
        value = client.description.value
        first = {number: client.reset(number, seed=7, episode=number)["reward"] for number in range(50)}
        sums, ended = play(client, 50, lambda reply: {"response": "owner_route"})
        for number, reply in ended.items():
            assert sums[number] + first[number] == pytest.approx(reply["payoff"] - value, abs=1e-9)


def test_strategies_draw_what_simulate_draws(stdio, starter, tmp_path):
    """Episode by episode the outcome, the turns and the payoff of `simulate` with that seed, to the bit."""
    strategy = {"refuse": 0.5, "owner_route": 0.2, "bypass": 0.3}       # the scenario's reference
    store = tmp_path / "runs.sqlite"
    stdio.run("simulate", starter, "--policy", "reference", "--episodes", 500, "--seed", 7, "--store", store, "--trajectories")
    stdio.run("runs", "export", 1, "--store", store, "--out", tmp_path / "run")
    recorded = read_tables(tmp_path / "run")["episodes"].set_index("episode")
    with SessionClient(starter, program=stdio) as client:
        _, ended = play(client, 500, lambda reply: {"strategy": strategy})
    assert len(recorded) == len(ended) == 500
    for episode, reply in ended.items():
        row = recorded.loc[episode]
        assert (reply["outcome"], reply["turn"], reply["payoff"]) == (row.outcome, row.turns, row.payoff)


def test_nothing_hidden_is_sent_unasked(stdio, starter):
    with SessionClient(starter, program=stdio) as client:
        seen = [client.reset(0, episode=1), client.step(0, response=0), client.state(0)]
        assert not any("hidden" in reply or "belief" in reply for reply in seen)
        with pytest.raises(SessionError) as refused:
            client.reset(0, user="thief")
        assert refused.value.code == "needs_reveal"
    with SessionClient(starter, program=stdio, reveal=True) as client:
        assert client.reset(0, user="thief")["hidden"]["user"] == "thief"


def test_words_are_labelled(stdio, starter):
    with SessionClient(starter, program=stdio) as client:
        client.reset(0, episode=0)
        reply = client.step(0, text="I can't help with that.")
        assert reply["label"]["response"]["refuse"] > 0.5
        assert reply["response"] == "refuse"


def test_what_is_said_does_not_depend_on_how_many_talk(stdio, starter):
    def conversation(client, session, episode):
        said = [client.reset(session, seed=3, episode=episode)["message"]]
        for response in itertools.cycle(["owner_route", "refuse"]):
            reply = client.step(session, response=response)
            said.append(reply["message"])
            if reply["done"]:
                return said

    with SessionClient(starter, program=stdio) as client:
        alone = [conversation(client, "one", episode) for episode in range(20)]
        for index in range(50):
            client.reset(f"other {index}")
        assert [conversation(client, "one", episode) for episode in range(20)] == alone
