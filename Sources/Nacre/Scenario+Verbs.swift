internal import ExactEvaluation
public import GameModel
internal import InputErrors
internal import Output
public import Preferences
public import Scenarios
public import Simulation
public import Solver

extension Scenario {
    /// Finds a good policy by one of the methods.
    ///
    /// ```swift
    /// let solution = try scenario.solve(.belief(gap: 1e-4, within: .seconds(60)))
    /// ```
    ///
    /// - Parameter control: threads, memory, progress and a way to stop; its deadline gives way to that of the choice, if it has one.
    /// - Throws: `SolverError` for what the method does not take, and names one that does.
    public func solve(_ choice: SolveChoice, _ control: RunControl = RunControl()) throws -> SolvedScenario {
        var control = control
        if let duration = choice.duration { control.deadline = ContinuousClock.now.advanced(by: duration) }
        return try choice.method.solve(self, control)
    }

    /// Finds a policy by any solver, of ours or not.
    public func solve(_ solver: some PolicySolver, _ control: RunControl = RunControl()) throws -> SolvedScenario {
        try SolverMethod(solver).solve(self, control)
    }

    /// A policy by its name, such as `reference`, `always:refuse` or `cues:worried=guide,else=answer`, or from a file.
    ///
    /// - Throws: `InputError` for a name that leads nowhere, and for a file whose policy was edited.
    public func policy(_ name: String) throws -> Policy {
        let named = try NamedPolicy(name, scenario: self)
        guard case .edited(let reason) = named.standing else { return named.controller }
        throw InputError("the policy file \(name) was edited after it was solved: \(reason)")
    }

    /// What a policy leads to, exactly.
    ///
    /// - Throws: `GameError` if the policy is of a game with other responses, or too large for this one.
    /// - Complexity: one forward pass.
    public func evaluate(_ policy: Policy) throws -> ValuedPolicy {
        guard policy.responseCount == game.responses.count else {
            throw GameError(
                "policy", "chooses among \(policy.responseCount) responses; this scenario has \(game.responses.count)")
        }
        try ReactionTables.checkSize(game: game, memory: policy.memory)
        let evaluation = Evaluation(policy, game: game, reference: objective.reference)
        return ValuedPolicy(
            evaluation: evaluation, value: objective.value(of: evaluation, game: game),
            violation: violation(evaluation))
    }

    /// Plays a policy, and others against the same users.
    ///
    /// - Parameters:
    ///   - others: policies that meet the same users (common random numbers), whose differences have smaller standard errors.
    ///   - stream: which random words the seed stands for.
    ///   - control: asked to stop after every block; an interrupted simulation holds fewer episodes, and says how many.
    /// - Complexity: O(episodes · turns).
    public func simulate(
        _ policy: Policy, against others: [Policy] = [], episodes: Int = 100_000, seed: UInt64 = 1,
        stream: DrawStream = .first, _ control: RunControl = RunControl()
    ) throws -> SimulationResult {
        try Rollouts(
            game: game, policies: [policy] + others,
            settings: .init(episodes: episodes, seed: seed, threads: control.threads ?? 1, stream: stream)
        ).run(
            shouldStop: control.shouldStop,
            progress: { control.progress(RunProgress(steps: $0.episodes, of: episodes)) })
    }

    /// Preference data from a policy that was solved for.
    ///
    /// - Parameters:
    ///   - temperature: τ in payoff units; nil for the scenario's KL weight.
    ///   - candidates: a file of one's own prompts and answers, in place of the scenario's.
    public func preferences(
        from solved: SolvedScenario, tau temperature: Double? = nil, candidates: String? = nil
    ) throws -> PreferenceData {
        var request = PreferenceRequest()
        (request.temperature, request.candidates) = (temperature, candidates)
        return PreferenceData(
            scenario: self, policy: try NamedPolicy("solved", file: solved.file, scenario: self), request: request)
    }
}

/// A policy evaluated in a scenario. What the evaluation says can be asked of it directly.
@dynamicMemberLookup
public struct ValuedPolicy: Sendable, Equatable {
    public let evaluation: Evaluation
    /// The scenario's goal with its KL term, in the goal's units.
    public let value: Double
    /// The largest excess over a constraint's limit, at least 0.
    public let violation: Double

    public subscript<Value>(dynamicMember path: KeyPath<Evaluation, Value>) -> Value { evaluation[keyPath: path] }
}

/// Preference data that can be written in any form.
public struct PreferenceData {
    let scenario: Scenario
    let policy: NamedPolicy
    /// What can still be changed before it is written.
    public var request: PreferenceRequest

    /// Writes the rows with a card and a manifest into a folder that appears whole or not at all.
    ///
    /// - Throws: `PreferenceError` for rows that no trainer could use; `FileError` if the folder is there and is not to be replaced.
    @discardableResult
    public func write(
        _ form: PreferenceForm, to folder: String, replaces: Bool = false, _ control: RunControl = RunControl()
    ) throws -> DatasetStatistics {
        var request = request
        request.labels = form.labels ?? request.labels
        try OutputFolder.check(path: folder, replaces: replaces)
        let dataset = try request.dataset(form.format, scenario: scenario, policy: policy)
        return try PreferenceExport(
            dataset: dataset, format: form.format, out: folder, replaces: replaces, resumes: false
        ).run(control, NoteConsole(note: control.note))
    }
}

/// A form of preference data with the labels that its rows carry: `.dpo(labels: .quota)`.
public struct PreferenceForm: Sendable {
    public let format: DatasetFormat
    /// Nil for what the form takes best.
    public let labels: LabelMode?

    public init(_ format: DatasetFormat, labels: LabelMode? = nil) {
        self.format = format
        self.labels = labels
    }

    public static func dpo(labels: LabelMode? = nil) -> PreferenceForm { PreferenceForm(.dpo, labels: labels) }
    public static let kto = PreferenceForm(.kto)
    public static let candidates = PreferenceForm(.candidates)
}

/// The notes of a control as a console.
struct NoteConsole: Console {
    let note: @Sendable (String) -> Void

    func note(_ text: String) { note(text) }

    func complain(_ text: String) { note(text) }
}
