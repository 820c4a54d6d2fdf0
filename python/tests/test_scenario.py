"""Scenario: commands by their own program, results as tables that agree with the documents."""

import pytest

from nacre import NacreError, Scenario
from nacre.scenario import read_rows


@pytest.fixture(scope="module")
def scenario(program, starter):
    return Scenario(starter, program=program)


@pytest.fixture(scope="module")
def solved(scenario, tmp_path_factory):
    return scenario.solve(tmp_path_factory.mktemp("policy") / "policy.json", starts=4)


def test_evaluate(scenario, solved):
    result = scenario.evaluate("reference", "always:refuse", solved)
    payoffs = result.metrics[result.metrics.metric == "payoff"].set_index("policy").value
    for entry in result.json["policies"]:
        assert payoffs[entry["policy"]] == entry["payoff"], "the same double in the table and in the document"
    table = result.outcome_table()
    assert table.shape == (10, 3)
    assert table.groupby("user").sum().to_numpy() == pytest.approx(1.0, abs=1e-12)
    assert str(result.outcomes.safe.dtype) == "boolean" and str(result.metrics.n.dtype) == "Int64"
    assert result.metrics.standard_error.isna().all(), "what is exact has no standard error"
    assert result.metrics.attrs["meaning"]["policy"]


def test_solve(scenario, solved):
    assert solved.status == "converged"
    assert solved.payoff == pytest.approx(0.5595072686261262, abs=1e-9)
    assert solved.upper is not None and solved.upper > solved.payoff


def test_simulation_agrees_with_evaluation(scenario, solved):
    exact = scenario.evaluate(solved).metrics.set_index("metric").value
    played = scenario.simulate(solved, compare=["reference"], episodes=20_000).metrics
    mine = played[played.policy == str(solved.path)].set_index("metric")
    for name in ("payoff", "safe", "turns"):
        assert abs(mine.value[name] - exact[name]) < 3 * mine.standard_error[name]


def test_numbers_can_be_set(scenario):
    more = scenario.setting({"users.thief.prior": 0.5})
    payoff = lambda one: one.evaluate("reference").json["policies"][0]["payoff"]
    assert payoff(more) < payoff(scenario)
    assert more.setting({"users.thief.prior": 0.15}).set == {"users.thief.prior": 0.15}


def test_warnings_and_errors(scenario, program, tmp_path):
    assert scenario.check() == []
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(scenario.file.read_text().replace("horizon: 4", "horizon: many"))
    with pytest.raises(NacreError) as error:
        Scenario(wrong, program=program).check()
    assert error.value.code == 65
    assert error.value.problems[0].line == 17
    with pytest.raises(NacreError) as error:
        scenario.evaluate("always:nonsense")
    assert error.value.code in (64, 65) and "nonsense" in str(error.value)
    with pytest.raises(FileNotFoundError):
        Scenario(tmp_path / "nothing.yaml", program=program)


def test_other_tables(scenario, solved):
    result = scenario.table("sweep", over="users.thief.prior=0.1:0.3:3", policy="reference")
    assert "sweep" in result.tables and len(result.tables["sweep"]) > 0
    strategies = scenario.table("export csv", policy=["reference", solved]).tables["strategies"]
    assert strategies.groupby(["policy", "node"]).probability.sum().to_numpy() == pytest.approx(1.0, abs=1e-12)


def test_exports(scenario, solved, tmp_path):
    rows = scenario.export("dpo", solved, tmp_path / "dpo", tau=0.2, count=20)
    assert rows == read_rows(tmp_path / "dpo" / "data" / "train.jsonl")
    assert {"prompt", "chosen", "rejected", "p_chosen", "beta"} <= set(rows[0])


def test_any_command(scenario):
    assert "owner" in scenario.run("behaviour")
    assert scenario.document("behaviour")["format"] == 1
