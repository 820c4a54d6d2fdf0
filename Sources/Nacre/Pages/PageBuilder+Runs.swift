internal import GameModel
internal import NumericalMethods
internal import Output
internal import Pages
internal import RunStore
internal import Scenarios

/// What a store holds of earlier runs, and of suites.
extension PageBuilder {
    /// Nil where no run was asked for.
    func runsPart() throws -> Made? {
        let runs = stored.runs
        guard let first = runs.first else { return nil }
        let isOther = runs.contains { $0.details.gameHash != scenario.gameHash }
        let about =
            "As they were recorded, with 95 % intervals where they were simulated."
            + (isOther ? " Runs of another game than this scenario's say so." : "")
        let lines = runs.dropFirst().flatMap { differences($0, from: first) }
        return Made(
            value: [
                "about": .text(about), "rows": .list(runs.map(row)),
                "runDifferences": lines.isEmpty
                    ? nil : ["first": "\(first.details.summary.id)", "lines": .list(lines)],
                "runSettings": settings(runs),
            ])
    }

    private func row(_ run: StoredRuns.Run) -> PageValue {
        let summary = run.details.summary
        let game = run.details.gameHash == scenario.gameHash ? "" : "; another game: \(summary.scenario)"
        let episodes = summary.episodes > 0 ? ", \(Format.count(summary.episodes)) episodes" : ""
        return [
            "run": "\(summary.id)", "what": .text("\(summary.kind.rawValue)\(episodes), \(summary.statusText)\(game)"),
            "rowName": .text(summary.policy ?? "–"), "payoff": .text(words(run.metric("payoff"))),
            "safe": .text(words(run.metric("safe"))), "turns": .text(words(run.metric("turns"))),
        ]
    }

    private func words(_ estimate: Estimate?) -> String {
        guard let estimate else { return "–" }
        guard let interval = estimate.interval else { return Format.number(estimate.value) }
        return "\(Format.number(estimate.value)) (\(Format.interval(interval.lowerBound, interval.upperBound)))"
    }

    private func differences(_ run: StoredRuns.Run, from first: StoredRuns.Run) -> [PageValue] {
        let paired = pairs(run, first)
        return ["payoff", "safe"].compactMap { name -> PageValue? in
            guard let left = first.metric(name), let right = run.metric(name) else { return nil }
            let found = name == "payoff" ? paired?.payoff : paired?.safe
            let estimate = found ?? independent(right, left)
            let difference = found?.value ?? right.value - left.value
            return [
                "run": "\(run.details.summary.id)", "quantity": .text(name == "safe" ? "safe endings" : name),
                "exact": .text(signed(difference)),
                "interval": .text(
                    estimate?.interval.map { Format.interval($0.lowerBound, $0.upperBound) } ?? "–"),
                "how": .text(
                    found != nil
                        ? "same users, conversation by conversation"
                        : estimate == nil ? "exact" : "independent runs"),
            ]
        }
    }

    /// Differences conversation by conversation; nil where the runs did not keep the same conversations of the same users.
    private func pairs(_ run: StoredRuns.Run, _ first: StoredRuns.Run) -> (payoff: Estimate?, safe: Estimate?)? {
        guard run.details.summary.seed == first.details.summary.seed, run.details.gameHash == first.details.gameHash,
            run.details.gameHash == scenario.gameHash, !run.episodes.isEmpty,
            run.episodes.count == first.episodes.count,
            zip(run.episodes, first.episodes).allSatisfy({ $0.episode == $1.episode && $0.user == $1.user })
        else { return nil }
        func estimate(_ value: (EpisodeRow) -> Double) -> Estimate? {
            Self.mean(zip(run.episodes, first.episodes).map { value($0) - value($1) })
        }
        return (estimate { $0.payoff }, estimate { game.outcomes[$0.outcome].isSafe ? 1 : 0 })
    }

    /// A mean with its standard error; nil of fewer than two values.
    private static func mean(_ values: [Double]) -> Estimate? {
        guard values.count > 1 else { return nil }
        let (count, mean) = (Double(values.count), values.reduce(0, +) / Double(values.count))
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return Estimate(mean: mean, standardError: (variance / count).squareRoot(), count: values.count)
    }

    /// The difference of two estimates that have nothing to do with each other; nil where both are exact.
    private func independent(_ right: Estimate, _ left: Estimate) -> Estimate? {
        let errors = [right, left].compactMap(\.standardError)
        guard let count = [right.count, left.count].compactMap(\.self).min(), !errors.isEmpty else { return nil }
        return Estimate(
            mean: right.value - left.value, standardError: errors.reduce(0) { $0 + $1 * $1 }.squareRoot(), count: count)
    }

    /// What the runs have not in common.
    private func settings(_ runs: [StoredRuns.Run]) -> PageValue {
        let facts: [(name: String, value: (StoredRuns.Run) -> String)] = [
            ("kind", { $0.details.summary.kind.rawValue }), ("policy", { $0.details.summary.policy ?? "–" }),
            ("seed", { "\($0.details.summary.seed)" }), ("episodes", { Format.count($0.details.summary.episodes) }),
            ("settings", { $0.details.settings }), ("game", { $0.details.gameHash }),
            ("version", { $0.details.toolVersion }), ("command", { $0.details.commandLine }),
        ]
        let heads = runs.map { "run \($0.details.summary.id)" }
        let lines = facts.compactMap { fact -> PageValue? in
            let values = runs.map(fact.value)
            guard Set(values).count > 1 else { return nil }
            return [
                "quantity": .text(fact.name),
                "cells": .list(zip(heads, values).map { ["head": .text($0), "figure": .text($1)] }),
            ]
        }
        return lines.isEmpty ? nil : ["heads": .texts(heads), "lines": .list(lines)]
    }

    // MARK: Suites

    /// Nil where no run of a suite was asked for.
    func suitesPart() throws -> Made? {
        guard !stored.suites.isEmpty else { return nil }
        let isCut = stored.suites.contains { $0.details.summary.status != .complete }
        return Made(value: .list(stored.suites.map(suite)), isUnfinished: isCut)
    }

    private func suite(_ suite: StoredRuns.Suite) -> PageValue {
        var (policies, measures): ([String], [String]) = ([], [])
        for item in suite.items {
            if !policies.contains(item.policy) { policies.append(item.policy) }
            for score in item.scores where score.user.isEmpty && !measures.contains(score.measure) {
                measures.append(score.measure)
            }
        }
        let summary = suite.details.summary
        let cases = Set(suite.items.map(\.suiteCase)).count
        let failures = suite.items.count { $0.failure != nil }
        let about =
            "Means over \(Format.count(cases)) cases, each counted once; ± is the standard error over cases: how far a mean would move "
            + "with other cases of the kind. \(failures > 0 ? "\(failures) policies failed in a case and are left out there." : "")"
        return [
            "run": "\(summary.id)", "suiteName": .text(summary.scenario), "about": .text(about),
            "state": summary.status == .complete
                ? nil
                : .text(
                    "Not complete: the run is \(summary.statusText); everything below is of the cases that were run."),
            "heads": .texts(policies),
            "lines": .list(
                measures.map { measure in
                    [
                        "measure": .text(measure),
                        "cells": .list(
                            policies.map { policy in
                                ["head": .text(policy), "figure": .text(score(suite, policy, measure))]
                            }),
                    ]
                }),
        ]
    }

    private func score(_ suite: StoredRuns.Suite, _ policy: String, _ measure: String) -> String {
        let values = suite.items.filter { $0.policy == policy }.compactMap { item in
            item.scores.first { $0.user.isEmpty && $0.measure == measure }?.value.value
        }
        guard !values.isEmpty else { return "–" }
        guard let mean = Self.mean(values) else { return Format.number(values[0], 3) }
        return Format.estimate(mean.value, error: mean.standardError, 3)
    }
}
