internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import Output
internal import Pages
internal import Scenarios
internal import Simulation

/// What policies lead to, and how they differ.
extension PageBuilder {
    /// P(ω) over all users.
    func totals(_ evaluation: Evaluation) -> [Double] {
        game.outcomes.indices.map { outcome in
            zip(evaluation.prior, evaluation.outcomes).reduce(0) { $0 + $1.0 * $1.1[outcome] }
        }
    }

    /// Endings side by side, the safe ones first, so that what is unsafe stands together.
    func strip(_ shares: [Double]) -> PageStrip {
        PageStrip(
            parts: subject.orderedOutcomes.map {
                PageStrip.Part(name: game.outcomes[$0].name, style: subject.style(ofOutcome: $0), share: shares[$0])
            })
    }

    func safe(_ shares: [Double]) -> Double {
        zip(shares, game.outcomes).reduce(0) { $1.1.isSafe ? $0 + $1.0 : $0 }
    }

    var outcomesPart: PageValue {
        var groups: [PageValue] = []
        if game.users.count > 1 {
            groups.append(group("All users", note: "by their shares") { totals($0) })
        }
        for user in game.users.indices {
            groups.append(
                group(game.users[user], note: "\(subject.percent(game.prior[user])) of users") { $0.outcomes[user] })
        }
        return ["legend": subject.endings, "groups": .list(groups)]
    }

    private func group(_ name: String, note: String, _ shares: (Evaluation) -> [Double]) -> PageValue {
        let found = subject.entries.map { ($0, shares($0.evaluation)) }
        return [
            "groupName": .text(name), "groupNote": .text(note),
            "rows": .list(
                found.map { entry, shares in
                    let strip = strip(shares)
                    return [
                        "rowName": .text(entry.name), "spoken": .text("\(entry.name): \(strip.spoken)"),
                        "segments": strip.segments, "rowValue": "\(subject.percent(safe(shares))) safe",
                    ]
                }), "heads": .texts(found.map(\.0.name)),
            "lines": .list(
                subject.orderedOutcomes.map { outcome in
                    [
                        "ending": .text(
                            game.outcomes[outcome].name + (game.outcomes[outcome].isSafe ? "" : " (unsafe)")),
                        "cells": .list(
                            found.map { ["head": .text($0.name), "figure": .text(subject.share($1[outcome]))] }),
                    ]
                } + [
                    [
                        "ending": "all safe endings",
                        "cells": .list(
                            found.map { ["head": .text($0.name), "figure": .text(subject.share(safe($1)))] }),
                    ]
                ]),
        ]
    }

    // MARK: Differences

    /// What differs between policies; nil where there is but one.
    func comparisonPart() throws -> Made? {
        guard subject.entries.count > 1 else { return nil }
        let control = partControl
        let played = try Rollouts(
            game: game, policies: subject.entries.map(\.policy.controller),
            settings: .init(episodes: request.episodes, seed: request.seed, threads: control.threads ?? 1)
        ).run(shouldStop: control.shouldStop, progress: { _ in })
        let isCut = played.episodes < request.episodes
        let about =
            "Exact differences, and the same from \(Format.count(played.episodes)) simulated conversations in which every policy met "
            + "the same users (common random numbers), with 95 % intervals: what a comparison of that size would show. "
            + "What is the same under all policies is not listed."
        return Made(
            value: [
                "about": .text(isCut ? about + " " + stopped("before all were played") : about),
                "first": .text(subject.entries[0].name),
                "differences": .list(
                    zip(subject.entries.dropFirst(), played.differences).flatMap { differences($0, $1) }),
                "changedEndings": changedEndings, "changedAnswers": changedAnswers,
            ], isUnfinished: isCut)
    }

    private func differences(_ entry: PageSubject.Entry, _ paired: PairedTally) -> [PageValue] {
        let first = subject.entries[0].evaluation
        func row(_ name: String, _ exact: Double, _ estimate: Estimate?) -> PageValue? {
            // What rounding leaves of two equal numbers is no difference.
            guard abs(exact) > Format.rounding * max(1, game.amountScale) else { return nil }
            let interval = estimate?.interval.map { Format.interval($0.lowerBound, $0.upperBound) }
            return [
                "other": .text(entry.name), "quantity": .text(name), "exact": .text(signed(exact)),
                "simulated": .text(estimate.map { signed($0.value) } ?? "–"), "interval": .text(interval ?? "–"),
            ]
        }
        return [
            row("payoff", entry.evaluation.payoff - first.payoff, paired.payoff),
            row("safe endings", entry.evaluation.safe - first.safe, paired.safe),
            row("turns", entry.evaluation.turns - first.turns, nil),
        ].compactMap(\.self)
    }

    func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + Format.number(value, 4) }

    private func cells(_ figures: [String]) -> PageValue {
        .list(zip(subject.entries, figures).map { ["head": .text($0.name), "figure": .text($1)] })
    }

    private var heads: PageValue { .texts(subject.entries.map(\.name)) }

    /// How far apart probabilities must be to be listed.
    private static let visibleDifference = 1e-3

    private var changedEndings: PageValue {
        var lines: [PageValue] = []
        for user in game.users.indices {
            for outcome in game.outcomes.indices {
                let shares = subject.entries.map { $0.evaluation.outcomes[user][outcome] }
                guard let low = shares.min(), let high = shares.max(), high - low > Self.visibleDifference else {
                    continue
                }
                lines.append([
                    "userName": .text(game.users[user]), "ending": .text(game.outcomes[outcome].name),
                    "cells": cells(shares.map(subject.share)),
                ])
            }
        }
        return lines.isEmpty ? nil : ["heads": heads, "lines": .list(lines)]
    }

    private var changedAnswers: PageValue {
        let lines = game.cues.indices.filter { openingShares[$0] > 0 }.compactMap { cue -> PageValue? in
            let strategies = subject.entries.compactMap { firstStrategy($0.policy.controller, cue: cue) }
            guard strategies.count == subject.entries.count, let first = strategies.first else { return nil }
            let isSame = strategies.allSatisfy { other in
                zip(first, other).allSatisfy { abs($0 - $1) <= Self.visibleDifference }
            }
            guard !isSame else { return nil }
            return ["cueName": .text(game.cues[cue]), "cells": cells(strategies.map(answerWords))]
        }
        return lines.isEmpty ? nil : ["heads": heads, "lines": .list(lines)]
    }
}
