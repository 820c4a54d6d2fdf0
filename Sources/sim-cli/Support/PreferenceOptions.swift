public import ArgumentParser
internal import ExactEvaluation
internal import GameModel
internal import Output
public import Preferences
internal import Scenarios
internal import Solver

extension LabelMode: ExpressibleByArgument {}
extension BetaRule: ExpressibleByArgument {}
extension NodeSelection.Method: ExpressibleByArgument {}

/// Which conversations are exported, and how preferences become rows.
struct PreferenceOptions: ParsableArguments {
    @Option(
        name: .long, help: "\(PolicyForms.text): whose action values count."
    )
    var policy: String

    @Option(
        name: .long,
        help: "Temperature τ in payoff units (default: the policy's if it is soft, or the scenario's kl_weight).",
        transform: Number.real(0...Number.largest))
    var tau: Double?

    @Option(
        name: .long, help: "DPO's β (default: by --beta-rule).",
        transform: Number.real(0...Number.largest, isAbove: true))
    var beta: Double?

    @Option(
        name: .customLong("beta-rule"),
        help: "recovery: the β with which quota labels give the target back best; median: 2.4 τ / median |ΔQ|.")
    var betaRule = BetaRule.recovery

    @Option(
        name: .long, help: "How strengths of preference become rows (default: quota, which stock trainers understand).")
    var labels: LabelMode?

    @Option(
        name: .customLong("rows-per-pair"), help: "Rows a pair with --labels quota or sampled. (default: 24)",
        transform: Number.whole(1...1_000_000))
    var rowsPerPair = 24

    @Option(
        name: .long,
        help: "With --labels hard, leave out pairs whose values differ by less (payoff units). (default: 0.0)",
        transform: Number.real(0...Number.largest))
    var margin = 0.0

    @Option(
        name: .long, help: "Decision nodes: the most probable histories, or histories met by playing with the seed.")
    var nodes = NodeSelection.Method.probable

    @Option(
        name: .long, help: "How many histories (probable) or episodes (sampled). (default: 300)",
        transform: Number.whole(1...10_000_000))
    var count = 300

    @Option(
        name: .customLong("reference-share"),
        help: "Share of the reference in the mixture that histories are weighed by. (default: 0.5)",
        transform: Number.real(0...1))
    var referenceShare = 0.5

    @Option(
        name: .long, help: "Choices of paraphrases each history is rendered with. (default: 1)",
        transform: Number.whole(1...1_000_000))
    var variants = 1

    @Option(
        name: .customLong("test-share"), help: "Share of prompts that go into the test split. (default: 0.1)",
        transform: Number.real(0...1, isBelow: true))
    var testShare = 0.1

    @Flag(name: .customLong("drop-ties"), help: "Leave out pairs that tie, or nearly.")
    var dropsTies = false

    @Option(
        name: .long,
        help: "Your own prompts and answers (JSON lines) instead of the scenario's; see docs/from-game-to-gradient.md.",
        completion: .file(extensions: ["jsonl"]))
    var candidates: String?

    @OptionGroup var assumption: ForesightOption

    /// Builds the dataset of a scenario.
    ///
    /// - Parameters:
    ///   - format: what it will be written as; some forms need certain labels.
    ///   - rationale: whether rows say why.
    ///   - begin: called with the scenario and the policy before the work begins.
    func dataset(
        file: String, seed: UInt64, format: DatasetFormat, rationale: Bool, _ terminal: Terminal,
        begin: (Scenario, NamedPolicy) throws -> Void = { _, _ in }
    ) throws -> (dataset: Dataset, scenario: Scenario, policy: NamedPolicy) {
        if let labels, let required = format.requiredLabels, labels != required {
            throw ValidationError("--labels \(labels.rawValue) means nothing here: this form has labels of its own.")
        }
        if rationale, candidates != nil {
            throw ValidationError(
                "--rationale explains the scenario's own responses at its decision nodes; leave it out with --candidates."
            )
        }
        var scenario = try assumption.scenario(path: file)
        let named = try NamedPolicy(policy, scenario: scenario, terminal)
        // A soft policy is right for the τ it was solved with, and so are its action values.
        if let weight = named.softWeight { scenario.objective.klWeight = weight }
        let multipliers = try named.knownPrices()
        try begin(scenario, named)
        let reasons = try rationale ? PairReasons(scenario, policy: named, multipliers: multipliers) : nil
        let values = ExactValues(scenario: scenario, multipliers: multipliers)
        let source = PreferenceSource(
            scenario: scenario.name, game: scenario.game, wording: scenario.wording,
            reference: scenario.objective.reference, controller: named.controller,
            actionValues: try values(scenario.game, named.controller, .asSolved),
            safeValues: try values(scenario.game, named.controller, .safeOutcomes),
            temperature: tau ?? scenario.objective.klWeight,
            valueUnit: scenario.objective.goal == .safeOutcomes ? 1 : nil)
        let selection = NodeSelection(method: nodes, count: count, referenceShare: referenceShare, seed: seed)
        let own = try candidates.map { path -> OwnCandidates in
            let bytes = try InputFile.bytes(path, what: "candidates file")
            do {
                return try OwnCandidates(
                    bytes, source: source, definition: scenario.definition, values: values.callAsFunction)
            } catch let error as LineError { throw InputError(error.located(in: path)) }
        }
        let labels = LabelSettings(
            mode: format.requiredLabels ?? labels ?? .quota, rowsPerPair: rowsPerPair, margin: margin, beta: beta,
            betaRule: betaRule, seed: seed, testShare: testShare, dropsTies: dropsTies,
            leavesOutTies: !format.carriesProbability)
        let pairs = try PreferencePairs(
            own?.table ?? table(source, selection, scenario, reasons), settings: labels, temperature: source.temperature
        )
        let origin = Dataset.Origin(
            scenario: scenario.name, title: scenario.title, gameHash: scenario.gameHash, fileHash: scenario.fileHash,
            policyLabel: named.label, policyHash: named.hash, solution: named.solution,
            commandLine: Shell.resultCommandLine, version: Program.version)
        let dataset = Dataset(
            source: source, pairs: pairs, selection: selection, origin: origin, rejects: own?.rejects,
            rationale: reasons?.shared)
        return (dataset, scenario, named)
    }

    private func table(
        _ source: PreferenceSource, _ selection: NodeSelection, _ scenario: Scenario, _ reasons: PairReasons?
    ) throws -> LongTable {
        try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: variants,
            turnReach: (
                try referenceReach(source, scenario), Evaluation(source.controller, game: scenario.game).reach
            ), outlooks: reasons.map { reasons in { try reasons.outlooks(at: $0) } })
    }

    /// P(the conversation reaches turn t) under the reference. Users who look ahead anticipate the policy, as in the histories.
    private func referenceReach(_ source: PreferenceSource, _ scenario: Scenario) throws -> [Double] {
        let (game, strategy) = (scenario.game, scenario.objective.reference)
        guard game.foresight != nil else { return Evaluation(try .constant(strategy, game: game), game: game).reach }
        let memory = source.controller.memory
        let reference = try Policy(
            memory: memory, strategies: Array(repeatElement(strategy, count: memory.nodeCount).joined()), game: game)
        return Evaluation(reference, game: game, anticipated: source.controller).reach
    }
}

/// Action values of a scenario's objective and of safe outcomes, for any game made from the scenario's.
struct ExactValues {
    let scenario: Scenario
    let multipliers: [Double]

    func callAsFunction(
        _ game: Game, _ controller: Policy, _ goal: OwnCandidates.ValuedGoal
    ) throws -> ActionValues {
        var (objective, multipliers) = (scenario.objective, multipliers)
        // Responses that were added are never given by the reference.
        objective.reference += [Double](
            repeating: 0, count: game.responses.count - scenario.game.responses.count)
        if goal == .safeOutcomes {
            objective.goal = .safeOutcomes
            objective.klWeight = 0
            objective.constraints = []
            multipliers = []
        }
        return try ActionValues(controller, game: game, objective: objective, multipliers: multipliers)
    }
}
