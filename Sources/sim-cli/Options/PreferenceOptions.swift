public import ArgumentParser
public import Nacre

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
        name: .long,
        help: """
            How strengths of preference become rows. soft: one row a pair, the better answer chosen, its probability in \
            p_chosen. quota: --rows-per-pair rows in both orientations, from which a stock trainer recovers the policy. \
            (default: soft)
            """)
    var labels: LabelMode?

    @Option(
        name: .customLong("tie-band"),
        help: """
            With --labels soft, leave out near ties: pairs whose probability at β = 1 is nearer to 0.5. (default: 0.05)
            """,
        transform: Number.real(0...0.499))
    var tieBand = 0.05

    @Option(
        name: .customLong("pairs-per-prompt"),
        help: """
            With --labels soft or hard, pairs a prompt: the best answer against the others first. More where fewer do not \
            connect the answers; all of them for all. (default: 6)
            """,
        transform: { text in text == "all" ? nil : try Number.whole(1...1_000_000)(text) })
    var pairsPerPrompt: Int? = 6

    @Flag(
        name: .customLong("keep-placeholders"),
        help: "Keep answers that are placeholders in square brackets; they are no training text.")
    var keepsPlaceholders = false

    @Flag(
        name: .customLong("keep-over-limit"),
        help: """
            Also choose answers that by themselves make an outcome exceed a limit of the objective where the rejected one \
            does not.
            """)
    var keepsOverLimit = false

    @Option(
        name: .customLong("never-choose"), parsing: .singleValue,
        help: ArgumentHelp(
            "A response that is never chosen, or called desirable. May be given several times.", valueName: "response"))
    var neverChosen: [String] = []

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

    @Option(
        name: .long,
        help: "What label agreement wrote on the labels of your own answers (file or folder), for the card.",
        completion: .file(extensions: ["json"]))
    var agreement: String?

    @OptionGroup var own: OwnPromptOptions

    @OptionGroup var assumptions: ScenarioOptions

    /// What is asked for.
    func request(seed: UInt64, rationale: Bool) -> PreferenceRequest {
        var request = PreferenceRequest()
        (request.temperature, request.beta, request.betaRule) = (tau, beta, betaRule)
        (request.labels, request.rowsPerPair, request.margin) = (labels, rowsPerPair, margin)
        (request.nodes, request.count, request.referenceShare) = (nodes, count, referenceShare)
        (request.variants, request.testShare, request.dropsTies) = (variants, testShare, dropsTies)
        (request.candidates, request.rationale, request.seed) = (candidates, rationale, seed)
        (request.answerLabels, request.own) = (own.answerLabels, own.settings)
        request.minimumCertainty = own.minimumCertainty ?? 0
        (request.tieBand, request.pairsPerPrompt, request.agreement) = (tieBand, pairsPerPrompt, agreement)
        (request.keepsPlaceholders, request.keepsOverLimit) = (keepsPlaceholders, keepsOverLimit)
        request.neverChosen = neverChosen
        return request
    }
}
