internal import Analysis
internal import ExampleScenarios
package import GameModel
internal import InputErrors
internal import Output
package import Scenarios

/// What published figures are to be held against.
package struct RealityRequest {
    /// Files of figures; empty for those that ship with the program.
    package var files: [String] = []
    /// Policies that shares are also given under, beside those that the figures name.
    package var policies: [String] = []
    /// The numbers that may move, by path or group; see ``Scenario/numbers(_:inputs:)``.
    package var parameters = ["assumptions"]

    package init() {}

    /// - Throws: `DocumentError` for a file of figures with problems; `InputError` for a policy or a number that there is not.
    /// - Complexity: a gradient per figure and step of the searches for the smallest change.
    package func report(
        _ scenario: Scenario, _ control: RunControl = RunControl(), note: (String) -> Void = { _ in }
    ) throws -> RealityReport {
        let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        // A coefficient of 0 is one that the file has not: only who names it means it.
        let movable = try scenario.numbers(parameters, inputs: inputs).filter {
            $0.isCoefficient && (inputs[$0] != 0 || parameters.contains($0.path))
        }
        let figures = try figures(for: scenario)
        let others = try policies.map { try NamedPolicy($0, scenario: scenario, note: note) }
        var lines: [RealityReport.Line] = []
        for figure in figures {
            if figure.claims.isEmpty { lines.append(RealityReport.Line(figure: figure, subject: nil)) }
            for claim in figure.claims {
                lines.append(try line(figure, claim, movable, inputs))
                for policy in others {
                    if let statistic = claim.statistic.under(policy.controller), let place = claim.place {
                        let subject = try RealityReport.Subject(
                            words: "\(place) | \(policy.label)", isSamePopulation: claim.isSamePopulation,
                            isAsked: true, value: statistic.value(in: inputs), change: nil)
                        lines.append(RealityReport.Line(figure: figure, subject: subject))
                    }
                }
            }
        }
        return RealityReport(
            scenario: scenario, lines: lines, together: try together(figures, movable, inputs),
            movableCount: movable.count, policies: policies, parameters: parameters)
    }

    private func figures(for scenario: Scenario) throws -> [PublishedFigure] {
        let texts =
            files.isEmpty
            ? ExampleScenarios.reality.map { ("<\($0.name)>", Array($0.text.utf8)) }
            : try files.map { ($0, try InputFile.bytes($0, what: "file of figures")) }
        let figures = try texts.flatMap { try FigureSection.read($0.1, file: $0.0, for: scenario) }
        var seen: Set<String> = []
        for figure in figures where !seen.insert(figure.key).inserted {
            throw InputError("figure \(figure.key) is in two files; keys are names")
        }
        return figures
    }

    /// A figure beside the scenario's number, with the smallest change that brings the number to the nearer end of the interval.
    private func line(
        _ figure: PublishedFigure, _ claim: PublishedFigure.Claim, _ movable: [Parameter], _ inputs: GameInputs
    ) throws -> RealityReport.Line {
        let value = try claim.statistic.value(in: inputs)
        var subject = RealityReport.Subject(
            words: claim.words, isSamePopulation: claim.isSamePopulation, isAsked: false, value: value, change: nil)
        guard let measured = figure.measured, !measured.interval.contains(value) else {
            return RealityReport.Line(figure: figure, subject: subject)
        }
        let end = value < measured.interval.lowerBound ? measured.logits.lowerBound : measured.logits.upperBound
        if end.isFinite {
            let target = AssumptionChange.Target(
                claim.statistic, logit: end, standardError: measured.standardError.isFinite ? measured.standardError : 1
            )
            subject.change = try AssumptionChange([target], movable: movable, in: inputs)
        }
        return RealityReport.Line(figure: figure, subject: subject)
    }

    /// All figures at once; nil where there are fewer than two that could be met.
    private func together(
        _ figures: [PublishedFigure], _ movable: [Parameter], _ inputs: GameInputs
    ) throws -> RealityReport.Together? {
        var (targets, names): ([AssumptionChange.Target], [String]) = ([], [])
        for figure in figures {
            guard let measured = figure.measured, measured.logit.isFinite, measured.standardError.isFinite else {
                continue
            }
            for claim in figure.claims {
                targets.append(
                    AssumptionChange.Target(
                        claim.statistic, logit: measured.logit, standardError: measured.standardError))
                names.append("\(figure.key), \(claim.words)")
            }
        }
        guard targets.count > 1, let change = try AssumptionChange(targets, movable: movable, in: inputs) else {
            return nil
        }
        return RealityReport.Together(names: names, change: change)
    }
}

extension UserStatistic {
    /// The same number under another policy; nil where it depends on none.
    fileprivate func under(_ policy: Policy) -> UserStatistic? {
        switch kind {
        case .share(let outcomes, _): UserStatistic(users: users, .share(outcomes: outcomes, policy: policy))
        case .hazard(let outcomes, let turn, _):
            UserStatistic(users: users, .hazard(outcomes: outcomes, turn: turn, policy: policy))
        case .reaction, .oddsRatio: nil
        }
    }
}
