internal import Analysis
internal import GameModel
internal import Output
internal import Pages
internal import Scenarios

/// Where the best first answer changes, and what the result hangs on.
extension PageBuilder {
    /// The path of the largest share of a user type that can vary; nil where there is one type only.
    var largestPrior: String? {
        let varied = game.users.indices.filter { game.prior[$0] > 0 && game.prior[$0] < 1 }
        guard let user = varied.max(by: { game.prior[$0] < game.prior[$1] }) else { return nil }
        return "users.\(game.users[user]).prior"
    }

    func boundaryPart() throws -> Made {
        guard let path = largestPrior else { throw Unsuited("there is one type of user only.") }
        let policy = subject.entries[0].policy.label
        let report = try BoundaryRequest(
            vary: [path], posterior: nil, after: [], policy: policy, withoutConstraints: false, sampled: false,
            checks: 0, samples: 0, gap: nil, resolution: 64, seed: request.seed, takesForesight: request.takesForesight
        ).report(scenario, partControl, onAnswer: { _ in })
        guard let lines = report.lines, let variation = report.variations.first else {
            throw Unsuited("nothing was found along \(path).")
        }
        let place = { (value: Double) in (value - variation.lower) / (variation.upper - variation.lower) }
        let shown = game.responses.indices.filter { response in
            lines.contains { $0.segments.contains { $0.response == response } }
        }
        let about =
            "The response that is worth most at each opening as one share of users varies, the others sharing the rest in proportion. "
            + "Only the first answer is chosen anew; afterwards policy \(policy) goes on as it is. Exact."
        return Made(
            value: [
                "about": .text(about),
                "state": .text(
                    ifPresent: report.unfinishedWords.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }),
                "legend": responseLegend(shown),
                "lines": .list(lines.map { line($0, place: place, own: variation.value) }),
                "low": "\(variation.lower)", "middle": "\((variation.lower + variation.upper) / 2)",
                "high": "\(variation.upper)", "path": .text(path), "own": "\(variation.value)",
            ], isUnfinished: report.unfinishedWords != nil)
    }

    private func line(_ line: DecisionLine, place: (Double) -> Double, own: Double) -> PageValue {
        let strip = PageStrip(
            parts: line.segments.map {
                PageStrip.Part(
                    name: game.responses[$0.response].name,
                    style: line.isSettled($0) ? subject.style(ofResponse: $0.response) : "open",
                    share: place($0.upper) - place($0.lower))
            })
        let name = { (response: Int) in game.responses[response].name }
        let first = line.segments.first.map { name($0.response) } ?? "nothing"
        let changes = line.switches.map { "\(name($0.above)) from \(Format.number($0.value))" }
        let words = changes.isEmpty ? "\(first) everywhere" : "\(first), then \(changes.joined(separator: ", then "))"
        return [
            "cueName": .text(HistoryArgument.text(line.decision, game: game)), "segments": strip.segments,
            // The mark is four units wide and stands in the middle of its place.
            "spoken": .text(words), "here": .text(Format.fixed(PageStrip.width * place(own) - 2, 2)),
        ]
    }

    // MARK: Sensitivity

    /// How many numbers are shown, those that move the payoff most.
    private static let listedBars = 12
    /// How far a number without a standard error is moved: a share of its size, as `sensitivity` does.
    private static let range = 0.25
    /// Numbers that are tried between two looks at the clock.
    private static let batch = 16

    /// Whether the scenario marks numbers as assumptions; otherwise all numbers are varied.
    var hasAssumptions: Bool {
        let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        return (try? scenario.numbers(["assumptions"], inputs: inputs))?.isEmpty == false
    }

    func sensitivityPart() throws -> Made {
        let named = subject.entries[0].policy
        let inputs = GameInputs(definition: scenario.definition, objective: named.objective(scenario.objective))
        let sensitivity = try Sensitivity(
            named.controller, inputs: inputs, multipliers: named.prices(in: scenario))
        let errors = scenario.standardErrors
        let chosen = hasAssumptions ? try scenario.numbers(["assumptions"], inputs: inputs) : inputs.parameters
        let ranges = chosen.compactMap { number in
            errors[number.path].flatMap { Sensitivity.Range(number, halfWidth: 2 * $0, inputs: inputs) }
                ?? Sensitivity.Range(number, share: Self.range, inputs: inputs)
        }
        guard !ranges.isEmpty else { throw Unsuited("no number can vary.") }
        let control = partControl
        var bars: [Sensitivity.Bar] = []
        while bars.count < ranges.count, !control.shouldStop() {
            bars += try sensitivity.tornado(
                Array(ranges[bars.count..<min(ranges.count, bars.count + Self.batch)]), threads: control.threads ?? 1)
        }
        let isCut = bars.count < ranges.count
        let base = sensitivity.base
        func reach(_ bar: Sensitivity.Bar) -> Double {
            max(abs(bar.atLower.payoff - base.payoff), abs(bar.atUpper.payoff - base.payoff))
        }
        let ranked = bars.enumerated().sorted { (-reach($0.element), $0.offset) < (-reach($1.element), $1.offset) }
        let shown = ranked.prefix(Self.listedBars).map(\.element).filter { reach($0) > 0 || !$0.isSteady }
        let ends = shown.flatMap { [$0.atLower.payoff, $0.atUpper.payoff] } + [base.payoff]
        let axis = PlotAxis("payoff", fitting: ends)
        let about =
            "Policy \(named.label) is held, and \(bars.count) numbers are moved alone to the ends of their ranges: two standard errors either "
            + "way where the scenario gives one, otherwise a quarter of their size. Shown is what moves the payoff most; it is "
            + "\(subject.payoff(base.payoff)) at the scenario's own numbers."
        return Made(
            value: [
                "about": .text(about),
                "state": isCut ? .text(stopped("after \(bars.count) of \(ranges.count) numbers")) : nil,
                "bars": .list(shown.map { bar($0, base: base, axis: axis) }),
            ], isUnfinished: isCut)
    }

    private func bar(_ bar: Sensitivity.Bar, base: Sensitivity.Measures, axis: PlotAxis) -> PageValue {
        let place = { (value: Double) in PageStrip.width * (value - axis.lower) / (axis.upper - axis.lower) }
        func segment(_ payoff: Double, _ kind: String) -> PageValue {
            let (left, right) = (min(payoff, base.payoff), max(payoff, base.payoff))
            return [
                "kind": .text(kind), "x": .text(Format.fixed(place(left), 2)),
                "width": .text(Format.fixed(place(right) - place(left), 2)), "label": .text(subject.payoff(payoff)),
            ]
        }
        return [
            "path": .text(bar.range.parameter.path), "switches": .flag(!bar.isSteady),
            "range": .text("\(Format.number(bar.range.lower, 3)) to \(Format.number(bar.range.upper, 3))"),
            "segments": [segment(bar.atLower.payoff, "k0"), segment(bar.atUpper.payoff, "k4")],
            "here": .text(Format.fixed(place(base.payoff) - 1, 2)),
            "spoken": .text(
                "payoff \(subject.payoff(bar.atLower.payoff)) at the lower end, \(subject.payoff(bar.atUpper.payoff)) at the upper"
            ),
        ]
    }
}

extension Sensitivity.Bar {
    /// Whether every first decision stays what it is at both ends.
    fileprivate var isSteady: Bool { keepsAtLower && keepsAtUpper }
}
