"""Gymnasium environments: the checker of the package, episodes by seed, and the same conversations for any number at once."""

import subprocess

import pytest

gymnasium = pytest.importorskip("gymnasium")
numpy = pytest.importorskip("numpy")

from gymnasium.utils.env_checker import check_env  # noqa: E402

from nacre import NacreEnv, NacreVectorEnv, SessionError, environment_factory  # noqa: E402


@pytest.mark.parametrize("belief", [False, True])
def test_the_checker_passes_without_a_game(stub, belief):
    with NacreEnv("stub.yaml", program=stub, belief=belief, render_mode="ansi") as environment:
        check_env(environment, skip_render_check=True)


@pytest.mark.parametrize(("actions", "belief"), [("response", False), ("response", True), ("features", False)])
@pytest.mark.parametrize("reward", ["payoff", "shaped"])
def test_the_checker_passes(stdio, starter, actions, belief, reward):
    with NacreEnv(starter, program=stdio, actions=actions, belief=belief, reward=reward) as environment:
        check_env(environment, skip_render_check=True)


def test_an_episode(stub):
    with NacreEnv("stub.yaml", program=stub, render_mode="ansi") as environment:
        seen, said = environment.reset(seed=9)
        assert (seen["turn"], seen["reaction"], seen["cue"]) == (1, 0, 0)
        assert said["messages"] == [{"role": "user", "content": "9/0"}]
        seen, reward, terminated, truncated, _ = environment.step(0)
        assert (seen["turn"], seen["reaction"], reward, terminated, truncated) == (2, 1, 0.25, False, False)
        seen, reward, terminated, truncated, said = environment.step(1)
        assert (seen["cue"], seen["reaction"], reward, terminated, truncated) == (2, 0, 1.0, True, False)
        assert said["outcome"] == "helped"
        assert environment.render().splitlines() == [
            "user: 9/0", "assistant: go", "user: and then?", "assistant: stop", "user: and then?"]
        with pytest.raises(SessionError):
            environment.step(0)


def test_episodes_follow_the_seed(stub):
    with NacreEnv("stub.yaml", program=stub) as environment:
        words = [environment.reset(seed=9)[1]["message"], environment.reset()[1]["message"],
                 environment.reset(options={"episode": 40})[1]["message"], environment.reset()[1]["message"],
                 environment.reset(seed=8)[1]["message"]]
        assert words == ["9/0", "9/1", "9/40", "9/41", "8/0"]
        with pytest.raises(ValueError, match="options"):
            environment.reset(options={"colour": 1})
        with pytest.raises(ValueError, match="no action"):
            environment.step(2)


def test_a_vector_begins_anew_at_the_next_step(stub):
    vector = NacreVectorEnv("stub.yaml", 3, program=stub)
    seen, said = vector.reset(seed=5)
    assert list(said["message"]) == ["5/0", "5/1", "5/2"] and list(seen["cue"]) == [0, 1, 0]
    assert vector.observation_space.contains(seen)
    _, rewards, ended, cut, said = vector.step(numpy.array([1, 0, 0]))
    assert list(rewards) == [1.0, 0.25, 0.25] and list(ended) == [True, False, False] and not cut.any()
    assert said["outcome"][0] == "helped" and list(said["_outcome"]) == [True, False, False]
    seen, rewards, ended, _, said = vector.step(numpy.array([1, 0, 0]))
    assert said["message"][0] == "5/3" and rewards[0] == 0.0 and not ended[0] and seen["turn"][0] == 1
    vector.close()


def test_seeds_of_a_vector(stub):
    vector = NacreVectorEnv("stub.yaml", 2, program=stub)
    assert list(vector.reset(seed=[4, 6])[1]["message"]) == ["4/0", "6/0"]
    assert list(vector.reset()[1]["message"]) == ["4/1", "6/1"]
    assert list(vector.reset(seed=5)[1]["message"]) == ["5/0", "5/1"]
    with pytest.raises(ValueError, match="seeds"):
        vector.reset(seed=[1])
    with pytest.raises(ValueError, match="options"):
        vector.reset(options={"episode": 1})
    vector.close()
    with pytest.raises(ValueError, match="num_envs"):
        NacreVectorEnv("stub.yaml", 0, program=stub)


def test_a_refused_reset_changes_nothing(stub):
    with NacreEnv("stub.yaml", program=stub) as environment:
        environment.reset(seed=9)
        for refused in ({"seed": 2**64}, {"seed": -1}, {"options": {"episode": -1}}, {"options": {"episode": 1.7}},
                        {"options": {"user": "thief"}}, {"seed": 4, "options": {"user": "thief"}}):
            with pytest.raises(SessionError):
                environment.reset(**refused)
        with pytest.raises(ValueError, match="options"):
            environment.reset(seed=4, options={"colour": 1})
        assert environment.step(0)[0]["turn"] == 2, "the conversation goes on"
        assert environment.reset()[1]["message"] == "9/1"
        assert environment.reset(seed=numpy.int64(3), options={"episode": numpy.int64(2)})[1]["message"] == "3/2"
    vector = NacreVectorEnv("stub.yaml", 2, program=stub)
    vector.reset(seed=9)
    for seed in (2**64, -1, [-1, 1]):
        with pytest.raises(ValueError, match="no seed"):
            vector.reset(seed=seed)
    with pytest.raises(TypeError):
        vector.reset(seed=1.5)
    assert list(vector.step([0, 0])[0]["turn"]) == [2, 2]
    assert list(vector.reset()[1]["message"]) == ["9/2", "9/3"]
    assert list(vector.reset(seed=numpy.array([3, 4]))[1]["message"]) == ["3/0", "4/0"]
    vector.close()


def test_actions_of_a_vector_in_lists(stub):
    vector = NacreVectorEnv("stub.yaml", 2, program=stub)
    vector.reset(seed=9)
    assert list(vector.step([1, 0])[2]) == [True, False]
    for wrong in ([0, 2], [0], [0.0, 0.5], "ab"):
        with pytest.raises(ValueError, match="no actions"):
            vector.step(wrong)
    vector.close()
    vector = NacreVectorEnv("stub.yaml", 2, program=stub, actions="features")
    vector.reset(seed=9)
    assert list(vector.step([[0.5], [1]])[0]["turn"]) == [2, 2]
    vector.close()


def test_what_cannot_be_made_leaves_no_program(stub, monkeypatch):
    started = []

    class Recorded(subprocess.Popen):
        def __init__(self, *arguments, **named):
            started.append(self)
            super().__init__(*arguments, **named)

    monkeypatch.setattr("nacre.child.subprocess.Popen", Recorded)
    with pytest.raises(ValueError, match="actions are"):
        NacreEnv("stub.yaml", program=stub, actions="zz")
    with pytest.raises(ValueError, match="actions are"):
        NacreVectorEnv("stub.yaml", 2, program=stub, actions="zz")
    with pytest.raises(TypeError):
        NacreVectorEnv("stub.yaml", 2.0, program=stub)
    with pytest.raises(ValueError, match="tool is"):
        environment_factory("stub.yaml", program=stub, tool="zz")
    assert not started
    monkeypatch.setattr("nacre.environment.Spaces", None)
    with pytest.raises(TypeError):
        NacreEnv("stub.yaml", program=stub)
    assert [process.returncode for process in started] == [0]


@pytest.mark.filterwarnings("ignore:.*:UserWarning")        # Gymnasium warns of what it then raises
def test_errors_of_workers_are_shown(stub):
    vector = gymnasium.vector.AsyncVectorEnv([lambda: NacreEnv("stub.yaml", program=stub)] * 2)
    vector.reset(seed=1)
    with pytest.raises(SessionError, match="no such seed") as error:
        vector.reset(seed=[2**64, 1])
    assert error.value.code == "bad_request"
    vector.close(terminate=True)


def payoffs(vector, episodes, choose):
    """Payoffs of the first episodes of seed 3, by number."""
    found = {}
    seen, said = vector.reset(seed=3)
    numbers = list(said["episode"])
    while len(found) < episodes:
        seen, _, ended, _, said = vector.step(choose(seen))
        for index in range(vector.num_envs):
            if "episode" in said and said.get("_episode", numpy.zeros(vector.num_envs))[index]:
                numbers[index] = said["episode"][index]
            if ended[index]:
                found[int(numbers[index])] = float(said["payoff"][index])
    return [found[number] for number in sorted(found)[:episodes]]


def test_any_number_at_once_plays_the_same_episodes(stdio, starter):
    results = []
    for count in (1, 7, 64):
        vector = NacreVectorEnv(starter, count, program=stdio)
        found = payoffs(vector, 200, lambda seen: (seen["cue"] % 3).astype(numpy.int64))
        results.append(found[:100])
        vector.close()
    assert results[0] == results[1] == results[2]


def test_a_fixed_policy_is_worth_what_evaluate_says(stdio, starter):
    """Within 3 standard errors of the exact payoff, on 100,000 episodes."""
    [exact] = stdio.json("evaluate", starter, "--policy", "always:owner_route")["policies"]
    vector = NacreVectorEnv(starter, 512, program=stdio)
    answer = vector.description.responses.index("owner_route")
    found = numpy.array(payoffs(vector, 100_000, lambda seen: numpy.full(512, answer)))
    vector.close()
    assert abs(found.mean() - exact["payoff"]) < 3 * found.std(ddof=1) / numpy.sqrt(len(found))


def test_a_vector_in_the_space_with_belief(stdio, starter):
    vector = NacreVectorEnv(starter, 5, program=stdio, belief=True)
    seen, _ = vector.reset(seed=1)
    assert seen["belief"].shape == (5, 4) and numpy.allclose(seen["belief"].sum(axis=1), 1)
    for _ in range(10):
        seen, *_ = vector.step(numpy.zeros(5, dtype=numpy.int64))
        assert vector.observation_space.contains(seen)
    vector.close()
