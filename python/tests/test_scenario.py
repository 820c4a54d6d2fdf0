"""Scenario: commands by their own program, results as tables that agree with the documents."""

import pickle
import shutil

import pandas
import pytest
from conftest import commands

from nacre import NacreError, Scenario, SessionClient
from nacre.scenario import WRITES_CSV, Result, read_rows


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


def test_commands_that_read_more_than_the_scenario(scenario, tmp_path):
    played = scenario.table("play", policy="reference", episodes=5, out=tmp_path / "played")
    annotated = scenario.table("annotate", tmp_path / "played" / "conversations.jsonl")
    assert annotated.json["conversations"] == 5 == annotated.tables["turns"].conversation.nunique()
    assert annotated.json["turns"] == len(annotated.tables["turns"]) and played.tables


def test_numbers_can_be_set(scenario):
    more = scenario.setting({"users.thief.prior": 0.5})
    payoff = lambda one: one.evaluate("reference").json["policies"][0]["payoff"]
    assert payoff(more) < payoff(scenario)
    assert more.setting({"users.thief.prior": 0.15}).set == {"users.thief.prior": 0.15}
    besides = scenario.evaluate("reference", set={"users.thief.prior": 0.5})
    assert besides.json["policies"][0]["payoff"] == payoff(more)
    with scenario.session(set={"users.thief.prior": 0.5}) as users:
        assert users.description.value == pytest.approx(payoff(more))


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
    with pytest.raises(NacreError, match="no.such.path"):
        scenario.setting({"no.such.path": 3}).check()
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


def test_lists_of_values(scenario):
    """An option that reads commas gets them: of one that was given twice, the program would take the last."""
    labels = scenario.document("noise", episodes=3, rollouts=[3, 10], window=[1, "all"])["labels"]
    assert len(labels) == 4
    with pytest.raises(NacreError, match="reference,uniform"):
        scenario.document("noise", episodes=3, policy=["reference", "uniform"])


def test_values_below_zero(scenario):
    assert scenario.document("pearl", revise="refuse", target_satisfaction=-0.5)["format"] == 1
    with pytest.raises(NacreError, match="at least 0"):
        scenario.simulate("reference", episodes=3, seed=-1)


def test_tables_of_commands_with_csv(scenario, program, tmp_path):
    assert len(scenario.table("noise", episodes=3, rollouts=3, window="all").tables["labels"]) > 0
    scenario.evaluate("reference", csv=tmp_path / "kept")
    assert (tmp_path / "kept" / "metrics.csv").is_file(), "where they were asked for"
    on_a_scenario = {name for name, entries in commands(program) if any(
        entry["kind"] == "positional" and entry["valueName"] == "file" for entry in entries) and any(
        names["name"] == "csv" for entry in entries for names in entry.get("names", []))}
    assert on_a_scenario == WRITES_CSV


def test_a_file_whose_name_begins_with_a_dash(scenario, program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(scenario.file.absolute(), "-x.yaml")
    assert Scenario("-x.yaml", program=program).check() == []
    SessionClient("-x.yaml", program=program).close()


def test_files_stay_where_they_were(scenario, program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(scenario.file.absolute(), "x.yaml")
    mine = Scenario("x.yaml", program=program)
    solved = mine.solve("p.json", starts=1)
    assert mine.evaluate(solved).json["policies"][0]["policy"] == "p.json", "as it was given"
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert mine.setting({"users.thief.prior": 0.5}).evaluate(pickle.loads(pickle.dumps(solved))).metrics is not None
    assert mine.check() == []


def test_policies_of_one_name(scenario):
    result = scenario.evaluate("uniform", "uniform")
    with pytest.raises(ValueError, match="several policies are called 'uniform'"):
        result.outcome_table()


def test_results_are_equal_to_themselves(solved):
    result = Result({}, {"x": pandas.DataFrame({"a": [1]})})
    assert result == result and result != Result({}, {"x": pandas.DataFrame({"a": [1]})})
    assert {result, solved} == {solved, result}
