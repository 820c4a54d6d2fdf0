"""Gymnasium environments: the checker of the package, episodes by seed, and the same conversations for any number at once."""

import pytest

gymnasium = pytest.importorskip("gymnasium")
numpy = pytest.importorskip("numpy")

from gymnasium.utils.env_checker import check_env  # noqa: E402

from nacre import NacreEnv, NacreVectorEnv, SessionError  # noqa: E402


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
