public import GameModel
internal import NumericalMethods

/// What is asked of expectation–maximisation.
public struct HiddenFitSettings: Sendable, Hashable {
    /// Precision of the normal prior around 0 on coefficients; it keeps the fit finite where a state or type is rare.
    public var precision: Double
    /// Stop when an iteration raises the log-likelihood by less than this many nats.
    public var tolerance: Double
    public var maximumIterations: Int
    public var starts: Int
    public var seed: UInt64
    public var threads: Int

    public init(
        precision: Double = 0.01, tolerance: Double = 1e-7, maximumIterations: Int = 2000, starts: Int = 4,
        seed: UInt64 = 1, threads: Int = 1
    ) {
        self.precision = precision
        self.tolerance = tolerance
        self.maximumIterations = maximumIterations
        self.starts = starts
        self.seed = seed
        self.threads = threads
    }

    var onOneThread: HiddenFitSettings {
        var result = self
        result.threads = 1
        return result
    }
}

/// A fitted model of hidden types and states.
public struct HiddenFit: Sendable {
    public let settings: HiddenFitSettings
    public let parameters: HiddenParameters
    public let logLikelihood: Double
    public let iterations: Int
    /// Whether the gain per iteration fell below the tolerance.
    public let isConverged: Bool
    /// Log-likelihood after every iteration of the best start; it never falls but for the prior and rounding.
    public let trace: [Double]
    /// What each start reached.
    public let reached: [Double]
    /// Names and values of everything that was estimated: log-odds of shares, then coefficients.
    public let names: [String]
    public let estimates: [Double]
    /// The inverse observed information of those, [P, P]; nil where it is not positive definite.
    public let covariance: [Double]?
    /// The sandwich with one score per conversation, [P, P]; nil as above.
    public let clusterCovariance: [Double]?
    /// What the uncertainty of the confusion matrices adds to both, and is part of both, [P, P]; nil where labels are read as they are.
    public let labelCovariance: [Double]?
    /// Observed reactions (weights), or turns where reactions are not modelled, and conversations.
    public let observations: Double
    public let conversations: Int
    /// What the data cannot tell.
    public let problems: [String]
    /// The covariance where columns are of one scale.
    let scaled: ScaledCovariance?

    public var standardErrors: [Double]? { covariance.map { ChoiceFit.roots($0, names.count) } }
    public var clusterErrors: [Double]? { clusterCovariance.map { ChoiceFit.roots($0, names.count) } }
    /// 2 k − 2 L.
    public var aic: Double { 2 * Double(names.count) - 2 * logLikelihood }
    /// k log n − 2 L, n the number of observed reactions.
    public var bic: Double { Double(names.count) * Libm.log(observations) - 2 * logLikelihood }
}

extension HiddenModel {
    /// log P(data | parameters), nats.
    public func logLikelihood(_ parameters: HiddenParameters, threads: Int = 1) -> Double {
        expectation(parameters, threads: threads).logLikelihood
    }

    /// One iteration of expectation–maximisation.
    ///
    /// - Returns: better parameters, and the log-likelihood of those given.
    public func step(
        _ parameters: HiddenParameters, precision: Double = 0, threads: Int = 1
    ) throws(CalibrationError) -> (HiddenParameters, Double) {
        let tables = HiddenTables(self, parameters)
        let expected = expectation(tables, threads: threads)
        guard expected.logLikelihood.isFinite else {
            throw CalibrationError(
                "the start", "gives a conversation the probability 0; every conversation must be possible")
        }
        var next = parameters
        let conversations = expected.prior.reduce(0, +)
        next.prior = expected.prior.map { $0 / conversations }
        for type in 0..<typeCount where expected.prior[type] > 0 {
            next.initial[type] = (0..<stateCount).map {
                expected.initial[type * stateCount + $0] / expected.prior[type]
            }
        }
        let counts = counts(expected, tables)
        if !parameters.reactions.isEmpty {
            next.reactions = try Self.maximise(
                scaledReactions, counts.reactions, precision, isFree, from: parameters.reactions)
        }
        if !parameters.moves.isEmpty {
            next.moves = try Self.maximise(scaledMoves, counts.moves, precision, isFree, from: parameters.moves)
        }
        for row in next.responses.indices {
            let own = counts.responses[row * responseLabels.count..<(row + 1) * responseLabels.count]
            let total = own.reduce(0, +)
            if total > 0 { next.responses[row] = own.map { $0 / total } }
        }
        return (next, expected.logLikelihood)
    }

    /// Whether the prior leaves a coefficient alone: intercepts, and the inertia.
    func isFree(_ name: String) -> Bool { name.hasSuffix(".bias") || name.hasSuffix(".inertia") }

    /// A few Newton steps: enough to raise the expected likelihood, which is all that convergence needs.
    private static func maximise(
        _ scaled: StandardisedModel, _ counts: [Double], _ precision: Double, _ isFree: (String) -> Bool,
        from start: [Double]
    ) throws(CalibrationError) -> [Double] {
        let order = start.count
        let search = NewtonSearch(
            scaled: scaled, counts: counts, precisions: scaled.model.parameters.map { isFree($0) ? 0 : precision },
            means: [Double](repeating: 0, count: order),
            settings: ChoiceFitSettings(precision: precision, tolerance: 1e-8, maximumIterations: 3))
        do { return try search.run(from: start).coefficients } catch {
            throw CalibrationError(
                "the maximisation step",
                "has a singular information matrix: a type or state is empty, or terms are collinear. Give a prior (l2), "
                    + "fewer states, or fewer terms")
        }
    }

    /// Fits by expectation–maximisation from several starts and keeps the best.
    ///
    /// - Parameter anchor: the reaction that is likelier in worse states; it settles which end of the states is which.
    /// - Parameter control: asked to stop between iterations: the fit is then the best so far, not converged.
    /// - Throws: ``CalibrationError`` if no start leads anywhere, or if the best is separated: its coefficients go to infinity.
    /// - Complexity: an iteration is O(transitions · types · states).
    public func fit(
        _ settings: HiddenFitSettings = HiddenFitSettings(), anchor: Int? = nil, control: RunControl = RunControl()
    ) throws(CalibrationError) -> HiddenFit {
        let (best, reached) = try climbs(settings, anchor: anchor, control: control)
        if let names = separation(best.parameters, settings) {
            throw CalibrationError(
                "the model",
                "cannot be estimated: \(Identification.Problem.separated(names)). Leave terms out, merge labels, take fewer "
                    + "types or states, or give a prior (l2)")
        }
        return try finished(best, settings, reached)
    }

    /// The best of the climbs from all starts, and what each reached.
    func climbs(
        _ settings: HiddenFitSettings, anchor: Int?, control: RunControl = RunControl()
    ) throws(CalibrationError) -> (best: Climb, reached: [Double]) {
        var best: Climb?
        var reached: [Double] = []
        var failure: CalibrationError?
        let (starts, shouldStop) = (max(settings.starts, 1), control.shouldStop)
        for start in 0..<starts where best == nil || !shouldStop() {
            control.progress(RunProgress(steps: start, of: starts, phase: "fitting"))
            do throws(CalibrationError) {
                let climb = try climb(from: startingPoint(start, settings.seed, anchor), settings, shouldStop)
                reached.append(climb.trace.last ?? -.infinity)
                if climb.trace.last ?? -.infinity > best?.trace.last ?? -.infinity { best = climb }
            } catch { failure = error }
        }
        guard let best else { throw failure ?? CalibrationError("the fit", "has no start") }
        return (best, reached)
    }

    struct Climb {
        var parameters: HiddenParameters
        var trace: [Double]
        var isConverged: Bool
    }

    func climb(
        from start: HiddenParameters, _ settings: HiddenFitSettings, _ shouldStop: () -> Bool = { false }
    ) throws(CalibrationError) -> Climb {
        var (parameters, trace) = (start, [Double]())
        for _ in 0..<settings.maximumIterations {
            let (next, value) = try step(parameters, precision: settings.precision, threads: settings.threads)
            trace.append(value)
            if let last = trace.dropLast().last, abs(value - last) < settings.tolerance {
                return Climb(parameters: parameters, trace: trace, isConverged: true)
            }
            parameters = next
            if shouldStop() { break }
        }
        return Climb(parameters: parameters, trace: trace, isConverged: false)
    }

    /// Even shares, no effects, a strong inertia, and small random coefficients that break the symmetry; small in coordinates of
    /// one scale, since in units of the data they may make a conversation impossible.
    private func startingPoint(_ start: Int, _ seed: UInt64, _ anchor: Int?) -> HiddenParameters {
        let noise = { (index: Int, purpose: UInt64) in
            CalibrationRandom.unit(
                CalibrationRandom.words(seed: seed, purpose: purpose, index: UInt64(index), block: UInt64(start)).0)
                - 0.5
        }
        var reactions = reactionNames.indices.map { noise($0, 3) }
        if let anchor {
            for (index, name) in reactionNames.enumerated() where name.contains("utility.\(anchorName(anchor)).") {
                for (rank, state) in design.states.enumerated() where name.hasSuffix(".\(state)") {
                    reactions[index] = Double(rank)
                }
            }
        }
        var moves = [Double](repeating: 0, count: moveNames.count)
        if let last = moves.indices.last { moves[last] = 1 }
        return HiddenParameters(
            prior: [Double](repeating: 1 / Double(typeCount), count: typeCount),
            initial: [[Double]](
                repeating: [Double](repeating: 1 / Double(stateCount), count: stateCount), count: typeCount),
            reactions: scaledReactions.map.raw(reactions), moves: scaledMoves.map.raw(moves),
            responses: responseRows.map { _ in
                [Double](repeating: 1 / Double(responseLabels.count), count: responseLabels.count)
            })
    }

    private func anchorName(_ anchor: Int) -> String {
        reactionLabels.indices.contains(anchor) ? reactionLabels[anchor] : ""
    }
}
