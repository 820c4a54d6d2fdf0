internal import ExactEvaluation
internal import Foundation
internal import GameModel
internal import InputErrors
internal import Labelling
internal import Output
public import Preferences
internal import Scenarios

/// Which conversations become preference data, and how preferences become rows.
public struct PreferenceRequest: Sendable {
    /// τ in payoff units; nil for the policy's own if it is soft, or the scenario's KL weight.
    public var temperature: Double?
    /// DPO's β; nil for that of the rule.
    public var beta: Double?
    public var betaRule = BetaRule.recovery
    /// How strengths of preference become rows; nil for soft, or what the form needs.
    public var labels: LabelMode?
    /// With soft labels, pairs with σ(ΔQ/τ), which is p at β = 1, nearer to ½ are left out.
    public var tieBand = 0.05
    /// Pairs a prompt with soft and hard labels, if so few connect its answers; nil for all.
    public var pairsPerPrompt: Int? = 6
    /// Whether answers that are placeholders in square brackets stay in rows.
    public var keepsPlaceholders = false
    /// Whether an answer may be chosen that by itself makes an outcome exceed a limit where the rejected one does not.
    public var keepsOverLimit = false
    /// Names of responses that are never chosen.
    public var neverChosen: [String] = []
    /// What `label agreement` wrote on the labels of own answers: a file, or a folder with agreement.json.
    public var agreement: String?
    /// Rows a pair with quota or sampled labels.
    public var rowsPerPair = 24
    /// With hard labels, pairs whose values differ by less are left out; in payoff units.
    public var margin = 0.0
    /// Decision nodes: the most probable histories, or histories met by playing.
    public var nodes = NodeSelection.Method.probable
    /// How many histories (probable) or episodes (sampled).
    public var count = 300
    /// Share of the reference in the mixture that histories are weighed by.
    public var referenceShare = 0.5
    /// Choices of paraphrases each history is rendered with.
    public var variants = 1
    /// Share of prompts that go into the test split.
    public var testShare = 0.1
    /// Whether pairs that tie, or nearly, are left out.
    public var dropsTies = false
    /// A file of one's own prompts and answers, in place of the scenario's.
    public var candidates: String?
    /// A file of labels for them, beside those of their lines.
    public var answerLabels: String?
    /// Pairs of which it is less certain which answer is worth more are left out.
    public var minimumCertainty = 0.0
    /// How they are taken.
    public var own = OwnPromptSettings()
    /// Whether rows say why.
    public var rationale = false
    public var seed: UInt64 = 1

    public init() {}

    /// Makes the dataset.
    ///
    /// - Parameters:
    ///   - format: what it will be written as; some forms need certain labels.
    ///   - scenario: with the KL weight that the policy's action values carry.
    /// - Throws: `InputError` or `PreferenceError` for what does not go together.
    ///           `InterruptedError` where the control stops the work.
    /// - Complexity: two backward passes, and O(histories · responses · hidden states).
    package func dataset(
        _ format: DatasetFormat, scenario: Scenario, policy named: NamedPolicy, _ control: RunControl = RunControl()
    ) throws -> Dataset {
        if let problem = format.problem(with: labels) { throw InputError(problem) }
        var scenario = scenario
        // A soft policy is right for the τ it was solved with, and so are its action values.
        if let weight = named.softWeight { scenario.objective.klWeight = weight }
        let multipliers = try named.knownPrices()
        let reasons = try rationale ? reasons(scenario, named, multipliers) : nil
        let source = try PreferenceSource(
            scenario: scenario.name, game: scenario.game, wording: scenario.wording, objective: scenario.objective,
            controller: named.controller, multipliers: multipliers, temperature: temperature)
        let selection = NodeSelection(method: nodes, count: count, referenceShare: referenceShare, seed: seed)
        let own = try candidates.map { path in
            try self.own(path, source, scenario, multipliers, reasons, control)
        }
        let whole = try own?.table ?? table(source, selection, scenario, reasons, control)
        let pairs = try PreferencePairs(
            keepsPlaceholders
                ? whole : whole.withoutPlaceholders(source.wording, temperature: source.temperature),
            settings: settings(format, scenario), temperature: source.temperature)
        let origin = Dataset.Origin(
            scenario: scenario.name, title: scenario.title, gameHash: scenario.gameHash, fileHash: scenario.fileHash,
            policyLabel: named.label, policyHash: named.hash, solution: named.solution,
            commandLine: Shell.resultCommandLine, version: Release.version,
            assumptions: scenario.withAssumptions(named.fileMembers),
            assumptionText: scenario.assumptionSentence)
        return Dataset(
            source: source, pairs: pairs, selection: selection, origin: origin, rejects: own?.rejects,
            rationale: reasons?.shared, basis: own?.basis, agreement: try agreement.map(Self.agreement),
            own: own?.summary)
    }

    private func own(
        _ path: String, _ source: PreferenceSource, _ scenario: Scenario, _ multipliers: [Double],
        _ reasons: PairReasons?, _ control: RunControl
    ) throws -> OwnCandidates {
        try InputFile.check(path, what: "candidates file")
        let labels = try answerLabels.map { path in
            try InputFile.check(path, what: "label file")
            return try AnswerLabels(path: path, scheme: LabelScheme(scenario: scenario.name, game: scenario.game))
        }
        let basis = OwnCandidates.Basis(
            source: source, definition: scenario.definition, objective: scenario.objective, multipliers: multipliers,
            settings: own, labels: labels, reasons: reasons)
        do { return try OwnCandidates(path: path, basis, control) } catch let error as LineError {
            throw InputError(error.located(in: path))
        }
    }

    /// - Throws: `InputError` for a response that the scenario does not have.
    private func settings(_ format: DatasetFormat, _ scenario: Scenario) throws -> LabelSettings {
        let names = scenario.game.responses.map(\.name)
        let never = try neverChosen.map { name in
            guard let index = names.firstIndex(of: name) else {
                throw InputError(
                    "--never-choose names \(name); the responses of \(scenario.name) are \(names.joined(separator: ", "))"
                )
            }
            return index
        }
        return LabelSettings(
            mode: format.requiredLabels ?? labels ?? .soft, rowsPerPair: rowsPerPair, margin: margin, beta: beta,
            betaRule: betaRule, seed: seed, testShare: testShare, dropsTies: dropsTies,
            leavesOutTies: !format.carriesProbability, tieBand: tieBand, pairsPerPrompt: pairsPerPrompt,
            neverChosen: Set(never), keepsOverLimit: keepsOverLimit, minimumCertainty: minimumCertainty)
    }

    private static func agreement(_ path: String) throws -> StatedAgreement {
        let inside = path + "/agreement.json"
        let file = FileManager.default.fileExists(atPath: inside) ? inside : path
        let bytes = try InputFile.bytes(file, what: "agreement file")
        do {
            return try StatedAgreement(JSONValue(strictly: bytes))
        } catch let error as JSONError {
            throw InputError("\(file) is not JSON: \(error)")
        } catch let error as PreferenceError { throw InputError("\(file): \(error)") }
    }

    private func reasons(_ scenario: Scenario, _ named: NamedPolicy, _ multipliers: [Double]) throws -> PairReasons {
        try PairReasons(
            named.controller, label: named.label,
            inputs: GameInputs(definition: scenario.definition, objective: scenario.objective),
            multipliers: multipliers)
    }

    private func table(
        _ source: PreferenceSource, _ selection: NodeSelection, _ scenario: Scenario, _ reasons: PairReasons?,
        _ control: RunControl
    ) throws -> LongTable {
        try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: variants,
            turnReach: (
                try referenceReach(source, scenario), Evaluation(source.controller, game: scenario.game).reach
            ), outlooks: reasons.map { reasons in { try reasons.outlooks(at: $0) } }, control: control)
    }

    /// P(the conversation reaches turn t) under the reference. Users with foresight anticipate the policy, as in the histories.
    private func referenceReach(_ source: PreferenceSource, _ scenario: Scenario) throws -> [Double] {
        let (game, today) = (scenario.game, scenario.objective.reference)
        guard game.foresight != nil else { return Evaluation(try .reference(today, game: game), game: game).reach }
        guard let strategy = today.constant else {
            let found = try ReferencePolicy(source.controller, reference: today, game: game)
            let strategies = today.strategies
            let reference = try Policy(
                memory: found.policy.memory, strategies: found.rows.flatMap { strategies[$0] }, game: game)
            return Evaluation(reference, game: game, anticipated: found.policy).reach
        }
        let memory = source.controller.memory
        let reference = try Policy(
            memory: memory, strategies: Array(repeatElement(strategy, count: memory.nodeCount).joined()), game: game)
        return Evaluation(reference, game: game, anticipated: source.controller).reach
    }
}
