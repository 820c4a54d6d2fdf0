internal import GameModel
internal import NumericalMethods
package import Output
package import Preferences
package import Scenarios

/// How often labels by rollouts prefer the worse answer, and what is learned of them.
public struct NoiseReport: Report {
    package let scenario: Scenario
    package let policy: String
    package let noise: RolloutNoise

    private var settings: RolloutNoise.Settings { noise.settings }

    private static func name(_ window: Int?) -> String { window.map { "\($0)" } ?? "all" }

    private static func percent(_ value: Double) -> String { Format.fixed(100 * value, 1) }

    private var cells: Columns<RolloutNoise.Cell> {
        [
            .string("window", "response-reaction pairs that count; all for the whole conversation") {
                Self.name($0.window)
            }.shown(left: false),
            .integer("rollouts", "rollouts a candidate") { $0.rollouts }.shown("n"),
            .number("reversed", "share of pairs whose preferred answer is worth less, simulated") { $0.reversed.value }
                .shown("reversed %") { Self.percent($0.reversed.value) },
            .number("standard_error", "of that share, by conversations") { $0.reversed.standardError }
                .shown("±") { $0.reversed.standardError.map { Self.percent($0) } ?? "" },
            .number("normal", "the same share where means are normal") { $0.normal }
                .shown("normal %") { Self.percent($0.normal) },
            .number("normal_error", "the normal share less the simulated one") { $0.normal - $0.reversed.value }
                .shown("off by") { Self.percent($0.normal - $0.reversed.value) },
            .number(
                "distance", "total variation of what DPO learns of such labels from pi*; missing where no fit converged"
            ) {
                $0.distance
            }.shown("DPO to π*", decimals: 3, missing: "–"),
            .number("beta", "beta at which that is; missing where every beta is as good, or no fit converged") {
                $0.beta
            },
            .member("by_turn") { cell in
                .array(
                    cell.byTurn.map {
                        .object(["reversed": .number($0.reversed), "nodes": .integer($0.nodes)])
                    })
            },
        ]
    }

    private var windows: Columns<RolloutNoise.Window> {
        [
            .string("window", "response-reaction pairs that count; all for the whole conversation") {
                Self.name($0.window)
            }.shown(left: false),
            .number("reversed", "share of reversed pairs with means of infinitely many rollouts") { $0.reversed }
                .shown("by itself %") { Self.percent($0.reversed) },
            .number("bias", "mean distance of values within the window from values, in payoff units") { $0.bias }
                .shown("bias", decimals: 3),
            .number("deviation", "mean standard deviation of one rollout, in payoff units") { $0.deviation }
                .shown("sd of a rollout", decimals: 3),
            .integer(
                "rollouts_needed", "rollouts for 5 % of pairs reversed (normal); missing where a million are not enough"
            ) {
                $0.needed
            }.shown("n for 5 %", missing: "> 10^6"),
        ]
    }

    private struct TurnRow {
        let cell: RolloutNoise.Cell
        let turn: Int
    }

    private var turns: Columns<TurnRow> {
        [
            .string("window", "response-reaction pairs that count") { Self.name($0.cell.window) },
            .integer("rollouts", "rollouts a candidate") { $0.cell.rollouts },
            .integer("turn", "the turn, from 1") { $0.turn },
            .integer("nodes", "nodes met in that turn") { $0.cell.byTurn[$0.turn - 1].nodes },
            .number("reversed", "share of reversed pairs there, simulated") { row in
                let item = row.cell.byTurn[row.turn - 1]
                return item.nodes > 0 ? item.reversed : nil
            },
        ]
    }

    package func json() throws -> JSONValue {
        .object(
            scenario.withChanges([
                "format": .integer(1), "kind": .string("noise"), "scenario": .string(scenario.name),
                "game_hash": .string(scenario.gameHash), "policy": .string(policy), "nodes": .integer(noise.nodes),
                "episodes": .integer(settings.episodes), "distinct": .bool(settings.isDistinct),
                "seed": .string("\(settings.seed)"), "endings": .string(settings.endings.rawValue),
                "candidates": .integer(settings.candidates), "replications": .integer(settings.replications),
                "tau": .number(settings.temperature), "labels": cells.json(noise.cells),
                "windows": windows.json(noise.windows),
                "exact_distance": .number(ifPresent: noise.exactDistance),
            ]))
    }

    package func text() throws -> String {
        var text = "\(scenario.heading)\n\(scenario.assumptionLines)"
        text +=
            "\(Format.counted(noise.nodes, settings.isDistinct ? "different node" : "node")) of "
            + "\(Format.counted(settings.episodes, "conversation")) under \(Escaped.line(policy)), "
        text += "\(settings.candidates) of \(scenario.game.responses.count) responses\n"
        text +=
            "as candidates, best against worst by mean payoff of n rollouts; \(settings.replications) times a node\n"
        if settings.endings == .expected { text += "endings count in expectation, turn by turn\n" }
        text += "\n\(cells.text(noise.cells))"
        text += "\nWhat a window does by itself, and how many rollouts it would take:\n\n\(windows.text(noise.windows))"
        text += "\nDPO to π*: total variation of what DPO learns (at its best β) from the policy that is aimed at,\n"
        text += "τ = \(Format.number(settings.temperature, 3)); labels by exact values, weighed by p: "
        text += (noise.exactDistance.map { Format.fixed($0, 3) } ?? "not converged") + "\n"
        return text
    }

    /// Labels, windows and turns as CSV with their dictionary.
    package func write(to folder: OutputFolder) throws {
        let rows = noise.cells.flatMap { cell in cell.byTurn.indices.map { TurnRow(cell: cell, turn: $0 + 1) } }
        try DataPackage(
            scenario, name: "noise",
            tables: [
                cells.table("labels", title: "Labels by rollouts", rows: noise.cells),
                windows.table("windows", title: "What windows do by themselves", rows: noise.windows),
                turns.table("turns", title: "Reversed pairs by turn", rows: rows),
            ]
        ).write(to: folder)
    }
}
