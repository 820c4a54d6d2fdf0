internal import Analysis
internal import GameModel
internal import Output
internal import Pages
internal import Scenarios

/// What policies say first, and why.
extension PageBuilder {
    /// How many numbers are listed that a decision hangs on.
    private static let listedFlips = 2
    /// Numbers that are searched for values that turn a decision over.
    private static let searchedFlips = 5

    /// π(· | opening cue); nil for a cue that the policy has no place for.
    func firstStrategy(_ policy: Policy, cue: Int) -> [Double]? {
        guard let node = try? History(cue: cue).node(in: policy.memory, game: game) else { return nil }
        return Array(policy.strategy(at: node))
    }

    /// A strategy in words, the likeliest response first: `guide 62.0 %, refuse 38.0 %`.
    func answerWords(_ strategy: [Double]) -> String {
        let given = strategy.indices.filter { strategy[$0] >= 5e-4 }.sorted {
            (-strategy[$0], $0) < (-strategy[$1], $1)
        }
        guard given.count > 1 else { return given.first.map { game.responses[$0].name } ?? "–" }
        return given.map { "\(game.responses[$0].name) \(subject.percent(strategy[$0]))" }.joined(separator: ", ")
    }

    func answersPart() throws -> Made {
        let shouldStop = partControl.shouldStop
        let histories = try HistoryArgument.histories([], scenario: scenario)
        var isCut = false
        let policies = try subject.entries.map { entry -> PageValue in
            var openings: [PageValue] = []
            for history in histories {
                if shouldStop() {
                    isCut = true
                    break
                }
                let list = try ExplanationList(
                    entry.policy, in: scenario, after: [history], top: Self.searchedFlips, control: partControl)
                if list.wasStopped { isCut = true }
                openings += list.explanations.map { opening($0, cue: history.cue) }
            }
            return ["letter": .text(entry.letter), "label": .text(entry.policy.label), "openings": .list(openings)]
        }
        return Made(
            value: ["policies": .list(policies), "legend": responseLegend(game.responses.indices)], isUnfinished: isCut)
    }

    /// Responses with their colours.
    func responseLegend(_ responses: some Sequence<Int>) -> PageValue {
        .list(
            responses.map {
                ["kind": .text(subject.style(ofResponse: $0)), "responseName": .text(game.responses[$0].name)]
            })
    }

    private func opening(_ report: ExplanationReport, cue: Int) -> PageValue {
        let candidates = report.explanation.candidates
        let strip = PageStrip(
            parts: candidates.map {
                PageStrip.Part(
                    name: game.responses[$0.response].name, style: subject.style(ofResponse: $0.response),
                    share: $0.strategy)
            })
        let best = candidates.map(\.value).max() ?? 0
        return [
            "cueName": .text(game.cues.count > 1 ? "Opening: \(game.cues[cue])" : "Every opening"),
            "message": .text(ifPresent: openingMessage(cue)), "segments": strip.segments,
            "spoken": .text(strip.spoken), "gives": .text("Gives " + answerWords(candidates.map(\.strategy)) + "."),
            "reasons": .texts(reasons(report)),
            "candidates": .list(candidates.sorted { $0.value > $1.value }.map { candidate($0, best: best) }),
        ]
    }

    private func candidate(_ item: Anticipation, best: Double) -> PageValue {
        let reaction = item.reactions.indices.max { item.reactions[$0] < item.reactions[$1] } ?? 0
        return [
            "kind": .text(subject.style(ofResponse: item.response)),
            "responseName": .text(game.responses[item.response].name), "given": .text(subject.percent(item.strategy)),
            "value": .text(scenario.amount(item.value)), "behind": .text(scenario.amount(best - item.value)),
            "risk": .text(subject.percent(item.risk)),
            "reaction": .text("\(game.reactions[reaction].name) \(subject.percent(item.reactions[reaction]))"),
        ]
    }

    /// The chain of an explanation in sentences: who may be asking, what the answer is worth, which limits bind, what it hangs on.
    private func reasons(_ report: ExplanationReport) -> [String] {
        let explanation = report.explanation
        var reasons: [String] = []
        if let last = explanation.posteriors.last {
            let order = last.users.indices.sorted { (-last.users[$0], $0) < (-last.users[$1], $1) }
            let users = order.filter { last.users[$0] >= 5e-4 }.map {
                "\(game.users[$0]) \(subject.percent(last.users[$0]))"
            }
            reasons.append("Who may be asking: \(users.joined(separator: ", ")).")
        }
        let name = { (response: Int) in game.responses[response].name }
        if let runnerUp = explanation.runnerUp, let margin = explanation.margin {
            let side = margin >= 0 ? "ahead of" : "behind"
            reasons.append(
                "\(name(explanation.decision)) is \(side) \(name(runnerUp)) by \(scenario.amount(abs(margin))).")
        }
        let decided = explanation.candidates[explanation.decision]
        let endings = game.outcomes.indices.filter { decided.outcomes[$0] >= 5e-4 }.map {
            "\(game.outcomes[$0].name) \(subject.percent(decided.outcomes[$0]))"
        }
        reasons.append("After \(name(explanation.decision)): \(endings.joined(separator: ", ")).")
        reasons += explanation.guidelines.filter { $0.price > 0 }.map {
            "The limit \(subject.words($0.constraint)) ≤ \($0.constraint.atMost) counts at a price of "
                + "\(scenario.amount($0.price))."
        }
        // A policy that draws its answer may give another than the best most often.
        let isBest = explanation.margin.map { $0 >= 0 } ?? true
        let turn = isBest ? "Another answer would be best" : "\(name(explanation.decision)) would not be behind"
        if report.flips.isEmpty {
            reasons.append("No single number among those tried turns the answer over.")
        } else {
            reasons += report.flips.prefix(Self.listedFlips).map {
                "\(turn) if \($0.parameter.path) were \(Format.number($0.threshold)) (it is \($0.value))."
            }
        }
        return reasons
    }
}
