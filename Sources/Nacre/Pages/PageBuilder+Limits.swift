internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import Output
internal import Pages
internal import Scenarios
internal import Solver

/// Limits and their prices, and what could be had.
extension PageBuilder {
    /// Limits on x that the trade-off is looked for at, its ends included.
    static let frontierPoints = 7

    /// The last message alone: on three shipped scenarios that were tried policies that also count turns came to at most 2 % more payoff,
    /// and took several times as long.
    static let frontierMemory = MemoryKind(observations: 1, usesTurn: false)
    /// Starting points of the searches for its ends: one, since a page should not take minutes; `frontier` takes three.
    static let frontierStarts = 1

    /// Nil where the scenario has no limits.
    func limitsPart() -> Made? {
        let limits = scenario.objective.constraints
        guard !limits.isEmpty else { return nil }
        // Notes are told of policies one by one and may repeat each other.
        let notes = NoteList()
        let rows = subject.entries.flatMap { entry -> [PageValue] in
            let isSolved = if case .object = entry.policy.solution { true } else { false }
            let prices = entry.policy.prices(in: scenario, note: notes.add)
            return zip(limits, prices).map { limit, price in
                let share = entry.evaluation.outcomes[limit.user][limit.outcome]
                let isKept = share <= limit.atMost + 1e-7
                return [
                    "limit": .text(subject.words(limit)), "rowName": .text(entry.name), "atMost": "\(limit.atMost)",
                    "is": .text(subject.share(share)), "room": .text(Format.number(limit.atMost - share)),
                    "price": .text(isSolved ? scenario.amount(price) : "–"),
                    "verdict": .text(isKept ? "kept" : "broken"), "verdictClass": .text(isKept ? "good" : "bad"),
                ]
            }
        }
        return Made(value: ["rows": .list(rows), "limitNotes": .texts(notes.texts)])
    }

    // MARK: Frontier

    func frontierPart() throws -> Made {
        let (x, y) = (try PolicyMeasure(name: "risk", game: game), try PolicyMeasure(name: "payoff", game: game))
        guard game.outcomes.contains(where: { !$0.isSafe }) else {
            throw Unsuited("every ending is safe, so that there is no risk to trade payoff against.")
        }
        let control = partControl
        let settings = GradientSolverSettings(
            starts: Self.frontierStarts, perturbations: 3, seed: request.seed, threads: control.threads ?? 1)
        let limits = scenario.objective.constraints
        let frontier = try FrontierSolver(settings, points: Self.frontierPoints).solve(
            game: game, x: x, y: y, memory: Self.frontierMemory, constraints: limits, control: control)
        var about =
            "The most payoff for every risk (the probability of an unsafe ending), over policies that go by the last message alone. "
        if !limits.isEmpty { about += "Every point of the line keeps the scenario's limits. " }
        return Made(
            value: [
                "about": .text(about), "state": .text(ifPresent: state(of: frontier)),
                "wide": .markup(picture(frontier, width: 760, height: 420, named: "frontier")),
                "narrow": .markup(picture(frontier, width: 360, height: 330, named: "frontier-narrow")),
                "marked": .list(marked.enumerated().map { markedRow($0, $1.name, $1.evaluation, frontier) }),
                "points": .list(
                    frontier.points.enumerated().map { index, point in
                        [
                            "mark": "point \(index + 1)", "risk": .text(subject.share(point.x)),
                            "payoff": .text(subject.payoff(point.y)),
                            "verdict": .text(point.isConverged ? "converged" : "not converged"),
                        ]
                    }),
            ], isUnfinished: frontier.wasStopped)
    }

    /// The policies of the report, and constant ones to tell them from.
    private var marked: [(name: String, evaluation: Evaluation)] {
        let named = subject.entries.map { (name: $0.policy.label, evaluation: $0.evaluation) }
        let constants = game.responses.indices.compactMap { response -> (name: String, evaluation: Evaluation)? in
            let name = "always:\(game.responses[response].name)"
            guard !named.contains(where: { $0.name == name }),
                let policy = try? Policy.always(response, game: game)
            else { return nil }
            return (name, Evaluation(policy, game: game))
        }
        return named + constants
    }

    private func markedRow(
        _ index: Int, _ name: String, _ evaluation: Evaluation, _ frontier: Frontier
    ) -> PageValue {
        let verdict = subject.verdict(evaluation)
        return [
            "mark": "\(index + 1)", "rowName": .text(name), "risk": .text(subject.share(frontier.x.value(evaluation))),
            "payoff": .text(subject.payoff(frontier.y.value(evaluation))), "verdict": .text(verdict.words),
            "verdictClass": .text(verdict.style),
        ]
    }

    private func state(of frontier: Frontier) -> String? {
        if let least = frontier.leastViolation {
            return
                "No policy of this class was found that keeps the limits; the least excess found is \(Format.number(least, 6))."
        }
        if frontier.wasStopped {
            return stopped("before the line was finished; it may go on, and better points may be near")
        }
        return frontier.isConverged
            ? nil : "Not converged everywhere: the points are exact, but better ones may be near those in rings."
    }

    private func picture(_ frontier: Frontier, width: Double, height: Double, named name: String) -> Markup {
        let curve = frontier.points.map { ($0.x, $0.y) }
        let others = marked.map { (frontier.x.value($0.evaluation), frontier.y.value($0.evaluation)) }
        var plot = SVGPlot(
            title: "Payoff against risk", x: PlotAxis("risk (less is better)", fitting: (curve + others).map(\.0)),
            y: PlotAxis("payoff (more is better)", fitting: (curve + others).map(\.1)), width: width, height: height)
        plot.enlarge(curve)
        plot.line(curve, colour: .blue)
        plot.points(curve, marker: .circle, colour: .blue, size: 6)
        plot.points(
            frontier.points.filter { !$0.isConverged }.map { ($0.x, $0.y) }, marker: .ring, colour: .vermillion,
            size: 12)
        for (index, place) in others.enumerated() {
            let isNamed = index < subject.entries.count
            plot.points(
                [place], marker: isNamed ? .diamond : .square, colour: isNamed ? .vermillion : .grey,
                size: isNamed ? 11 : 7)
        }
        for (index, place) in labels(of: others, beside: curve, in: plot).enumerated() {
            plot.text("\(index + 1)", x: place.0, y: place.1)
        }
        return Markup(svg: plot.svg, named: name)
    }

    /// Where the numbers of marks stand: to the right or left, above or below, whichever is farthest from all marks and numbers.
    private func labels(
        of marks: [(Double, Double)], beside curve: [(Double, Double)], in plot: SVGPlot
    ) -> [(Double, Double)] {
        let (width, height) = (plot.x.upper - plot.x.lower, plot.y.upper - plot.y.lower)
        // In shares of the field, for a digit of 12 pixels whose baseline begins at the place.
        let steps = [(0.012, -0.01), (-0.026, -0.01), (-0.006, 0.022), (-0.006, -0.046)]
        var taken = (marks + curve).map { ($0.0 / width, $0.1 / height) }
        return marks.enumerated().map { index, mark in
            func room(_ step: (Double, Double)) -> Double {
                let middle = (mark.0 / width + step.0 + 0.006, mark.1 / height + step.1 + 0.012)
                return taken.enumerated().filter { $0.offset != index }.map {
                    let (x, y) = ($0.element.0 - middle.0, $0.element.1 - middle.1)
                    return (x * x + y * y).squareRoot()
                }.min() ?? 1
            }
            // The first of those that are far enough from everything: to the right, where there is room.
            let step = steps.first { room($0) > 0.03 } ?? steps.max { room($0) < room($1) } ?? steps[0]
            taken.append((mark.0 / width + step.0 + 0.006, mark.1 / height + step.1 + 0.012))
            return (mark.0 + step.0 * width, mark.1 + step.1 * height)
        }
    }
}

/// Notes, each once, in the order in which they came.
private final class NoteList {
    private(set) var texts: [String] = []

    func add(_ text: String) {
        if !texts.contains(text) { texts.append(text) }
    }
}
