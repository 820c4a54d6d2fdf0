public import GameModel
internal import NumericalMethods
public import Solver

/// The best responses at some decisions when the policy is re-solved at every value, at sampled values and by bracketing.
///
/// For what no plan is linear in: users with foresight, constraints while another number varies, a KL term. Nothing is proved between
/// two sampled values that agree; where they differ, the switch is bracketed by bisection. Where the solver is a local search its
/// answers may jump between optima that are worth nearly the same, and then so does the boundary.
public struct ResolvedQuery: Sendable {
    /// How the optimum is found.
    public enum Method: Sendable {
        /// For users with foresight, and wherever asked: the commitment of a controller class, a local optimum.
        case gradient(GradientSolverSettings, MemoryKind)
        /// Belief planning: plans, mixtures of them under constraints, soft policies under a KL term.
        case planning(BeliefPlannerSettings)
    }

    let inputs: GameInputs
    let decisions: [History]
    let method: Method
    let samples: Int
    let shouldStop: @Sendable () -> Bool
    let onAnswer: @Sendable (_ gap: Double?) -> Void

    /// - Parameters:
    ///   - samples: at how many inner values the policy is re-solved.
    ///   - onAnswer: called whenever it was, from any thread.
    public init(
        inputs: GameInputs, decisions: [History], method: Method, samples: Int = 32,
        shouldStop: @escaping @Sendable () -> Bool = { false },
        onAnswer: @escaping @Sendable (_ gap: Double?) -> Void = { _ in }
    ) {
        self.inputs = inputs
        self.decisions = decisions
        self.method = method
        self.samples = samples
        self.shouldStop = shouldStop
        self.onAnswer = onAnswer
    }

    /// A response that is given less often is not counted among those given.
    public static let leastShare = 1e-6

    /// A switch is bracketed to this part of the interval.
    public static let resolution = 0x1p-24

    /// What a solver said at one value.
    private struct Answer: Sendable {
        /// Per decision, the likeliest response and those that are given; nil where the policy does not get there.
        let labels: [Label?]
        let value: Double
        let gap: Double
        let isConverged: Bool
        /// The size of what the value is a sum of.
        let scale: Double
    }

    private struct Label: Equatable, Sendable {
        let response: Int
        let responses: [Int]
    }

    /// Where the responses switch at each decision, as one number varies.
    ///
    /// - Throws: ``AnalysisError`` if a value makes no game in which the decisions can happen.
    /// - Complexity: a search per sampled value, and about 20 per switch.
    public func lines(along variation: Variation, threads: Int = 1) throws -> [DecisionLine] {
        let count = max(1, samples) + 1
        let points = (0...count).map {
            $0 == count
                ? variation.upper
                : variation.lower + (variation.upper - variation.lower) * Double($0) / Double(count)
        }
        var answers = try concurrentMap(count: points.count, threads: threads) { index in
            Result { shouldStop() && index > 0 ? nil : try answer(variation, points[index]) }
        }.map { try $0.get() }
        var isComplete = !answers.contains { $0 == nil }
        var known = zip(points, answers).compactMap { x, answer in answer.map { (x: x, answer: $0) } }
        let brackets = zip(known, known.dropFirst()).filter { $0.answer.labels != $1.answer.labels }
        for (low, high) in brackets {
            let finer = try refined(variation, low, high, isComplete: &isComplete)
            known += finer
            answers += finer.map(\.answer)
        }
        known.sort { $0.x < $1.x }
        let all = answers.compactMap(\.self)
        let isLocal = if case .gradient = method { true } else { false }
        let completeness: DecisionLine.Completeness =
            isComplete
            ? .searched(
                points: points.count, gap: isLocal ? 0 : all.map(\.gap).max() ?? 0, isLocal: isLocal,
                isConverged: all.allSatisfy(\.isConverged)) : .unfinished
        let values = all.map(\.value)
        let effect = brackets.isEmpty ? (values.max() ?? 0) - (values.min() ?? 0) : .infinity
        return decisions.indices.map { line($0, known, variation, points, completeness, effect: effect) }
    }

    /// Answers between two values that differ, until neighbours are as close as the resolution.
    private func refined(
        _ variation: Variation, _ low: (x: Double, answer: Answer), _ high: (x: Double, answer: Answer),
        isComplete: inout Bool
    ) throws -> [(x: Double, answer: Answer)] {
        let width = high.x - low.x
        guard width > Self.resolution * (variation.upper - variation.lower) else { return [] }
        guard !shouldStop() else {
            isComplete = false
            return []
        }
        let x = low.x + 0.5 * width
        let middle = (x: x, answer: try answer(variation, x))
        var found = [middle]
        if low.answer.labels != middle.answer.labels {
            found += try refined(variation, low, middle, isComplete: &isComplete)
        }
        if middle.answer.labels != high.answer.labels {
            found += try refined(variation, middle, high, isComplete: &isComplete)
        }
        return found
    }

    private func line(
        _ decision: Int, _ known: [(x: Double, answer: Answer)], _ variation: Variation, _ points: [Double],
        _ completeness: DecisionLine.Completeness, effect: Double
    ) -> DecisionLine {
        var segments: [DecisionLine.Segment] = []
        var switches: [DecisionLine.Switch] = []
        var unreached: [ClosedRange<Double>] = []
        var start = known.first?.x ?? 0
        for (index, item) in known.enumerated() {
            let next = index + 1 < known.count ? known[index + 1] : nil
            let label = item.answer.labels[decision]
            guard next == nil || next?.answer.labels[decision] != label else { continue }
            // A switch lies somewhere between two neighbours; the middle stands for it.
            let end = next.map { 0.5 * (item.x + $0.x) } ?? item.x
            if let label {
                segments.append(
                    DecisionLine.Segment(
                        lower: start, upper: end, response: label.response, responses: label.responses))
            } else {
                unreached.append(start...end)
            }
            if let next, let label, let after = next.answer.labels[decision] {
                switches.append(
                    DecisionLine.Switch(
                        value: end, below: label.response, above: after.response, uncertainty: 0.5 * (next.x - item.x)))
            }
            start = end
        }
        return DecisionLine(
            decision: decisions[decision], segments: segments, switches: switches, undecided: [],
            open: open(decision, known, variation, points), completeness: completeness, unreached: unreached,
            effect: effect)
    }

    /// Stretches of which the answers say nothing: where one is missing or not converged, and where two differ and were not bracketed.
    private func open(
        _ decision: Int, _ known: [(x: Double, answer: Answer)], _ variation: Variation, _ points: [Double]
    ) -> [ClosedRange<Double>] {
        guard let first = known.first, let last = known.last else { return [variation.lower...variation.upper] }
        // Beyond the first and the last answer nothing is known.
        var open = [variation.lower...first.x, last.x...variation.upper].filter { $0.lowerBound < $0.upperBound }
        let missing = points.filter { point in !known.contains { $0.x == point } }
        let finest = 1.001 * Self.resolution * (variation.upper - variation.lower)
        for (low, high) in zip(known, known.dropFirst()) {
            let isBracketed = low.answer.labels[decision] == high.answer.labels[decision] || high.x - low.x <= finest
            let isWhole = !missing.contains { low.x < $0 && $0 < high.x }
            if !isBracketed || !isWhole || !isSure(low.answer) || !isSure(high.answer) { open.append(low.x...high.x) }
        }
        return open
    }

    private func isSure(_ answer: Answer) -> Bool {
        guard answer.isConverged else { return false }
        return if case .planning(let settings) = method {
            answer.gap <= max(settings.gap, 1e-9 * answer.scale)
        } else { true }
    }

    // MARK: Solving

    private func answer(_ variation: Variation, _ x: Double) throws -> Answer {
        do {
            let changed = try inputs.setting(variation.parameter, to: x)
            let game = try changed.game()
            let found = try solved(changed.objective, game)
            onAnswer(max(0, found.gap))
            return Answer(
                labels: try decisions.map {
                    try label(found.controller, after: $0, game: game, isSoft: changed.objective.klWeight > 0)
                }, value: found.value,
                gap: max(0, found.gap), isConverged: found.isConverged,
                scale: changed.objective.goal == .payoff ? game.amountScale : 1)
        } catch {
            throw AnalysisError.outside([variation], [x], error)
        }
    }

    private struct Solved {
        let controller: Policy
        let value: Double
        let gap: Double
        let isConverged: Bool

        init(_ controller: Policy, _ value: Double, gap: Double, _ isConverged: Bool) {
            (self.controller, self.value, self.gap, self.isConverged) = (controller, value, gap, isConverged)
        }
    }

    private func solved(_ objective: Objective, _ game: Game) throws -> Solved {
        switch method {
        case .gradient(let settings, let memory):
            let solution = try GradientSolver(settings).search(
                Problem(game: game, objective: objective), memory: memory, isBounded: false,
                control: RunControl(stop: shouldStop))
            return Solved(solution.policy, solution.value, gap: 0, solution.status == .converged)
        case .planning(let settings) where objective.klWeight > 0:
            let solution = try SoftPlanner(
                SoftPlannerSettings(gap: settings.gap, memoryMebibytes: settings.memoryMebibytes)
            ).search(Problem(game: game, objective: objective), control: RunControl(stop: shouldStop))
            return Solved(solution.policy, solution.value, gap: solution.gap, solution.isConverged)
        case .planning(let settings) where objective.constraints.isEmpty:
            let solution = try BeliefPlanner(settings).search(
                Problem(game: game, objective: objective), control: RunControl(stop: shouldStop))
            return Solved(solution.policy, solution.value, gap: solution.gap, solution.isConverged)
        case .planning(let settings):
            let solution = try ConstrainedPlanner(
                ConstrainedPlannerSettings(
                    planner: settings, seeds: GradientSolverSettings(starts: 2, perturbations: 0))
            ).search(Problem(game: game, objective: objective), control: RunControl(stop: shouldStop))
            return Solved(solution.policy, solution.value, gap: solution.gap, solution.isConverged)
        }
    }

    private func label(_ controller: Policy, after history: History, game: Game, isSoft: Bool) throws
        -> Label?
    {
        _ = try Belief.opening(history.cue, game: game)
        var nodes = controller.memory.initial[history.cue]
        for step in history.steps {
            guard nodes.strategy(of: controller)[step.response] > 1e-9 else { return nil }
            nodes = nodes.after(step.response, of: controller).moved(
                after: step.response, by: step.observation, memory: controller.memory, game: game)
        }
        let strategy = nodes.strategy(of: controller)
        let top = strategy.indices.max { strategy[$0] < strategy[$1] } ?? 0
        // A KL term makes every response likely to some degree: there, only the likeliest is told.
        if isSoft { return Label(response: top, responses: [top]) }
        return Label(response: top, responses: strategy.indices.filter { strategy[$0] > Self.leastShare })
    }
}
