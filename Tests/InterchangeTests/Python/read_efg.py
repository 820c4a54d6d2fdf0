"""Game trees: read with the standard library, with Gambit or with OpenSpiel, and walked under a given policy."""

import json
import re
import sys
from fractions import Fraction

TOKEN = re.compile(r'"([^"]*)"|([^\s,]+)')


def nodes(path):
    """The nodes in depth-first order: kind, player, set, name, [(label, probability)], payoffs."""
    lines = [line for line in open(path, encoding="utf-8").read().split("\n") if line]
    assert lines[0].startswith("EFG 2 R ")
    for line in lines[2:]:
        words = [(match[1] is not None, match[1] if match[1] is not None else match[2]) for match in TOKEN.finditer(line)]
        plain = [word for _, word in words]
        brace = [index for index, word in enumerate(words) if word in ((False, "{"), (False, "}"))]
        groups = [plain[first + 1 : last] for first, last in zip(brace[::2], brace[1::2])]
        if plain[0] == "t":
            yield "t", 0, 0, plain[3], [], [float(word) for word in groups[0]]
            continue
        payoffs = [float(word) for word in groups[1]] if len(groups) > 1 else None
        if plain[0] == "c":
            labels = groups[0][::2]
            chances = [Fraction(word) for word in groups[0][1::2]]
            assert sum(chances) == 1 and min(chances) > 0 and len(set(labels)) == len(labels)
            yield "c", 0, int(plain[2]), plain[3], list(zip(labels, chances)), payoffs
        else:
            yield "p", int(plain[2]), int(plain[3]), plain[4], [(label, None) for label in groups[0]], payoffs


def players(path):
    return re.findall(r'"([^"]*)"', re.search(r"\{(.*)\}", open(path, encoding="utf-8").readline())[1])


def walk(stream, strategies, count):
    """Expected payoffs of the subtree that comes next; players without a strategy choose uniformly."""
    kind, player, _, name, branches, payoffs = next(stream)
    total = list(payoffs or [0.0] * count)
    for index, (label, chance) in enumerate(branches):
        if kind == "p":
            chance = strategies[name][index] if player == 1 and strategies else 1 / len(branches)
        below = walk(stream, strategies, count)
        total = [value + float(chance) * more for value, more in zip(total, below)]
    return total


def plain(path, strategies):
    stream = nodes(path)
    found = walk(stream, strategies, len(players(path)))
    assert next(stream, None) is None
    return found


def sets(path):
    """Per player, the names of its information sets by number, and their actions."""
    found = [{} for _ in players(path)]
    for kind, player, number, name, branches, _ in nodes(path):
        if kind == "p":
            entry = (name, [label for label, _ in branches])
            assert found[player - 1].setdefault(number, entry) == entry
    for player in found:
        assert sorted(player) == list(range(1, len(player) + 1))
        assert len({name for name, _ in player.values()}) == len(player)
    return found


def profile(path, strategies):
    rows = []
    for player, known in enumerate(sets(path)):
        rows.append([
            list(map(float, strategies[name])) if player == 0 else [1 / len(actions)] * len(actions)
            for _, (name, actions) in sorted(known.items())
        ])
    return rows


def gambit(path, strategies):
    import pygambit

    game = pygambit.read_efg(path)
    assert game.is_perfect_recall if isinstance(game.is_perfect_recall, bool) else game.is_perfect_recall()
    payoffs = game.mixed_behavior_profile(profile(path, strategies)).payoffs
    return [float(payoffs[player]) for player in players(path)]


def logit(path, _):
    """The logit equilibrium with precision 1: strategies by the names of information sets, and payoffs."""
    import pygambit

    game = pygambit.read_efg(path)
    found = pygambit.qre.logit_solve_lambda(game, lam=1.0)[0].profile
    named = {}
    for known, rows in zip(sets(path), found):
        for (_, (name, actions)), (_, row) in zip(sorted(known.items()), rows, strict=True):
            named[name] = [float(row[action]) for action in actions]
    return {"strategies": named, "payoffs": [float(found.payoffs[player]) for player in players(path)]}


def spiel(path, strategies):
    import pyspiel

    game = pyspiel.load_game(f"efg_game(filename={path})")

    def below(state):
        if state.is_terminal():
            return state.returns()
        if state.is_chance_node():
            chances = state.chance_outcomes()
        else:
            actions = state.legal_actions()
            player = state.current_player()
            name = state.information_state_string(player).split("-", 3)[3]
            row = strategies[name] if player == 0 else [1 / len(actions)] * len(actions)
            chances = list(zip(actions, row))
        total = [0.0] * game.num_players()
        for action, chance in chances:
            total = [value + chance * more for value, more in zip(total, below(state.child(action)))]
        return total

    return below(game.new_initial_state())


def main():
    sys.setrecursionlimit(10000)
    job = json.load(sys.stdin)
    task = {"plain": plain, "gambit": gambit, "logit": logit, "spiel": spiel}[job["task"]]
    json.dump([task(entry["file"], entry.get("strategies")) for entry in job["trees"]], sys.stdout)


main()
