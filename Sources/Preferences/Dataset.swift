internal import GameModel
public import Output

/// A dataset of preference pairs and where it comes from: what a folder is written from.
public struct Dataset: Sendable {
    /// What the card and the manifest say of the dataset's origin.
    public struct Origin: Sendable {
        public var scenario: String
        public var title: String
        public var gameHash: String
        public var fileHash: String
        public var policyLabel: String
        public var policyHash: String
        /// The solver's own words on the policy, or null.
        public var solution: JSONValue
        public var commandLine: String
        public var version: String
        /// What the scenario was taken as besides what its file says: members of the manifest, and a line of the card for people.
        public var assumptions: [String: JSONValue]
        public var assumptionText: String?

        public init(
            scenario: String, title: String, gameHash: String, fileHash: String, policyLabel: String,
            policyHash: String,
            solution: JSONValue, commandLine: String, version: String, assumptions: [String: JSONValue] = [:],
            assumptionText: String? = nil
        ) {
            self.scenario = scenario
            self.title = title
            self.gameHash = gameHash
            self.fileHash = fileHash
            self.policyLabel = policyLabel
            self.policyHash = policyHash
            self.solution = solution
            self.commandLine = commandLine
            self.version = version
            self.assumptions = assumptions
            self.assumptionText = assumptionText
        }
    }

    public let source: PreferenceSource
    public let pairs: PreferencePairs
    public let selection: NodeSelection
    public let origin: Origin
    /// Of own candidates, what could not be placed; nil where prompts are the scenario's.
    public let rejects: [OwnCandidates.Reject]?
    /// What reasons have in common, if rows say why; nil where they do not.
    public let rationale: DatasetRationale?
    /// Of own prompts, what they came to; nil for a scenario's.
    public let own: OwnPromptSummary?

    /// What the labels of prompts from elsewhere rest on; nil for a scenario's.
    public let basis: LabelBasis?
    /// How far two readers of the answers agree; nil where nobody said.
    public let agreement: StatedAgreement?

    public init(
        source: PreferenceSource, pairs: PreferencePairs, selection: NodeSelection, origin: Origin,
        rejects: [OwnCandidates.Reject]? = nil, rationale: DatasetRationale? = nil, basis: LabelBasis? = nil,
        agreement: StatedAgreement? = nil, own: OwnPromptSummary? = nil
    ) {
        self.source = source
        self.pairs = pairs
        self.selection = selection
        self.origin = origin
        self.rejects = rejects
        self.rationale = rationale
        self.own = own
        self.basis = basis
        self.agreement = agreement
        // One name more: completions that stand for no response of the scenario.
        responses = source.game.responses.map(\.name) + [OwnCandidates.featuresName]
        hasLimits = !pairs.table.prompts.isEmpty && pairs.table.prompts.allSatisfy(\.knowsLimits)
    }

    /// Whether the prompts were given, and not taken from the scenario.
    var isOwn: Bool { rejects != nil }

    /// Names of the responses, by the index that completions give.
    let responses: [String]

    /// Whether rows say which answers exceed a limit: whether the objective has limits.
    let hasLimits: Bool

    /// The members that say where a row comes from.
    func originMembers(_ prompt: PromptRecord) -> [String: JSONValue] {
        [
            "policy": .string(String(origin.policyHash.prefix(16))),
            "prompt_id": .string(prompt.id),
            "scenario": .string(origin.scenario),
            "seed": .string("\(pairs.settings.seed)"),
            "split": .string(pairs.isTest(prompt) ? "test" : "train"),
        ]
    }
}
