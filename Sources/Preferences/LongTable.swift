internal import ExactEvaluation
public import GameModel
internal import NumericalMethods
internal import Output

/// One prompt with all its completions: what every format of preference data is derived from.
public struct PromptRecord: Sendable, Equatable {
    /// One completion of the prompt.
    public struct Completion: Sendable, Equatable {
        public let response: Int
        public let content: String
        /// Q(b, a) of the policy, in the goal's units. Exact.
        public var value: Double
        /// π_ref(a).
        public var reference: Double
        /// π*(a): π_ref exp((Q − V)/τ), or what the policy does where τ = 0.
        public var target: Double
        /// P(the conversation ends safely | this response, then the policy). Exact; nil where it was not asked for.
        public var safe: Double?
        /// What is expected to follow it; nil where no rationale was asked for.
        public var outlook: ResponseOutlook?
        /// How large the terms are that ``value`` is a sum of; 0 where it isn't known.
        var magnitude = 0.0
        /// Q under each draw of what the answer may be, in the goal's units; empty where its label is certain. Draw d of one completion goes
        /// with draw d of the others.
        public var draws: [Double] = []
        /// Standard deviation of ``value`` over what the answer may be; 0 where its label is certain.
        public var deviation = 0.0
        /// Whether saying this with certainty, and following the policy afterwards, makes an outcome's probability exceed one of the
        /// objective's limits for a user who may have written the prompt; nil where there are no limits.
        public var exceedsLimit: Bool?
        /// P(ω | θ, prompt, this answer) per limit, where its type can have written the prompt; empty for prompts from elsewhere.
        var limitRisks: [Double] = []
    }

    /// A node of the policy's memory and what it remembers there.
    public struct Place: Sendable, Equatable {
        public let node: Int
        /// Indices of observations, oldest first.
        public let observed: [Int]
        public var reach: Double
    }

    /// Derived from the words of the prompt.
    public let id: String
    public let messages: [Message]
    public let turn: Int
    /// Probability of this prompt under the mixture that nodes were chosen by.
    public var reach: Double
    /// Where the policy's memory stands at this prompt, with the reach of each place; empty for prompts from elsewhere. For
    /// `candidates` only: these are numbers about what the model saw, not about who wrote it.
    public var places: [Place] = []
    /// The cue of the last message; nil where several cues can stand behind it.
    public var cue: Int?
    /// The posterior over user types: for counts in the card and for rationales; it reaches no other column.
    public var users: [Double]
    /// By response, without those whose text repeats an earlier one's.
    public var completions: [Completion]
    /// The smallest size of anything that is paid, in the goal's units; 0 where it isn't known.
    var valueUnit = 0.0
    /// Of prompts from elsewhere: the id that they came with, and what else stood beside them, as JSON; empty where nothing did.
    public var sourceID = ""
    public var sourceData = ""
    /// Per limit of the objective, how probable its user type and the prompt are together: what histories with the same words are
    /// averaged by. Empty for prompts from elsewhere.
    var limitMasses: [Double] = []
}

/// The long table: one row per (prompt, completion), with what was left out and why.
public struct LongTable: Sendable {
    public package(set) var prompts: [PromptRecord] = []
    /// Histories that render to the words of another one and were merged into it.
    public internal(set) var mergedHistories = 0
    /// Completions dropped because another completion of the prompt has the same text.
    public internal(set) var identicalTexts = 0
    /// Completions left out because they are placeholders; nil where placeholders were not looked for.
    public internal(set) var placeholders: Int?
    /// Prompts left out because fewer than two answers are no placeholders.
    public internal(set) var promptsOfPlaceholders = 0
    /// Prompts in whose earlier turns the model says a placeholder; they are kept.
    public internal(set) var promptsWithPlaceholders = 0
    /// Per turn, the share of reach probability that the chosen nodes cover.
    public let coverage: [Double]

    /// Renders nodes and computes their action values.
    ///
    /// - Parameters:
    ///   - nodes: the chosen decision nodes.
    ///   - selection: how they were chosen.
    ///   - variants: how many choices of paraphrases each history is rendered with.
    ///   - turnReach: P(the conversation reaches turn t) under reference and policy, for the coverage.
    ///   - outlooks: what is expected to follow each response at a node, for rationales, as ``PairReasons`` says it; asked once a node.
    ///   - control: asked to stop before each of them.
    /// - Throws: `InterruptedError` where the control stops the work; `JSONError` never for valid text; it is passed on.
    /// - Complexity: O(nodes · variants · |A| · H).
    public init(
        _ source: PreferenceSource, nodes: [DecisionNode], selection: NodeSelection, variants: Int,
        turnReach: (reference: [Double], policy: [Double]),
        outlooks: ((DecisionNode) throws -> [ResponseOutlook])? = nil, control: RunControl = RunControl()
    ) throws {
        let share = selection.referenceShare
        coverage = source.game.horizon.turns.map { turn in
            let covered = nodes.reduce(0) { $1.turn == turn ? $0 + $1.reach(referenceShare: share) : $0 }
            let total = share * turnReach.reference[turn - 1] + (1 - share) * turnReach.policy[turn - 1]
            return total > 0 ? covered / total : 1
        }
        let renderer = PromptRenderer(game: source.game, wording: source.wording, seed: selection.seed)
        var index: [String: Int] = [:]
        for node in nodes {
            var own: Set<String> = []
            let expected = try outlooks?(node)
            for variant in 0..<variants {
                if control.shouldStop() { throw InterruptedError() }
                let record = try record(source, node, renderer, variant: variant, share: share, expected)
                guard own.insert(record.id).inserted else { continue }
                if let known = index[record.id] {
                    mergedHistories += 1
                    prompts[known].merge(record)
                } else {
                    index[record.id] = prompts.count
                    prompts.append(record)
                }
            }
        }
        for position in prompts.indices {
            prompts[position].setTargets(temperature: source.temperature)
            if let limits = source.limits { prompts[position].setExceeding(limits.limits) }
        }
    }

    /// A table of prompts that were made elsewhere and placed in the game.
    init(prompts: [PromptRecord], identicalTexts: Int, temperature: Double) {
        self.prompts = prompts
        self.identicalTexts = identicalTexts
        coverage = []
        for position in prompts.indices { self.prompts[position].setTargets(temperature: temperature) }
    }

    private mutating func record(
        _ source: PreferenceSource, _ node: DecisionNode, _ renderer: PromptRenderer, variant: Int, share: Double,
        _ outlooks: [ResponseOutlook]?
    ) throws -> PromptRecord {
        let messages = renderer.prompt(node, variant: variant)
        let controller = source.controller
        let values = source.actionValues.expected(
            belief: node.belief, turn: node.turn, nodes: node.nodes, controller: controller)
        let magnitudes = source.magnitudes.expected(
            belief: node.belief, turn: node.turn, nodes: node.nodes, controller: controller)
        let safe = source.safeValues?.expected(
            belief: node.belief, turn: node.turn, nodes: node.nodes, controller: controller)
        let limits = source.limits?.at(.init(share: 1, belief: node.belief, turn: node.turn, nodes: node.nodes)) ?? []
        let reach = node.reach(referenceShare: share)
        let strategy = node.nodes.strategy(of: controller)
        let today = node.strategy(of: source.reference, game: source.game)
        var seen: Set<String> = []
        var completions: [PromptRecord.Completion] = []
        for response in source.game.responses.indices {
            let content = renderer.completion(response, at: node, variant: variant).content
            guard seen.insert(content).inserted else {
                identicalTexts += 1
                continue
            }
            completions.append(
                PromptRecord.Completion(
                    response: response, content: content, value: values[response],
                    reference: today[response], target: strategy[response], safe: safe?[response],
                    outlook: outlooks?[response], magnitude: magnitudes[response],
                    limitRisks: limits.map { $0.byResponse[response] }))
        }
        return PromptRecord(
            id: ContentHash.short(try JSONValue.array(messages.map(\.json)).text()), messages: messages,
            turn: node.turn, reach: reach,
            places: node.nodes.entries.map { entry in
                PromptRecord.Place(
                    node: entry.node, observed: source.controller.memory.remembered[entry.node],
                    reach: entry.probability * reach)
            },
            cue: node.exchanges.last.map { source.game.observations.cue(of: $0.observation) } ?? node.opening,
            users: node.belief.users(in: source.game), completions: completions, valueUnit: source.valueUnit,
            limitMasses: limits.map { reach * $0.mass })
    }
}

extension Int {
    /// The turns of a horizon.
    fileprivate var turns: ClosedRange<Int> { 1...self }
}

extension PromptRecord {
    /// Joins another history with the same words: values and targets are averaged by reach.
    ///
    /// A mixture of Bradley–Terry labels is not the label of the mean, so this is done before any label is made.
    fileprivate mutating func merge(_ other: PromptRecord) {
        let total = reach + other.reach
        guard total > 0 else { return }
        let weight = other.reach / total
        for (index, completion) in completions.enumerated() {
            guard let match = other.completions.first(where: { $0.response == completion.response }) else { continue }
            completions[index].value += weight * (match.value - completion.value)
            // What the model does today may differ between histories with the same words.
            completions[index].reference += weight * (match.reference - completion.reference)
            completions[index].target += weight * (match.target - completion.target)
            completions[index].magnitude += weight * (match.magnitude - completion.magnitude)
            if let own = completion.safe, let other = match.safe {
                completions[index].safe = own + weight * (other - own)
            }
            if let other = match.outlook { completions[index].outlook?.merge(other, weight: weight) }
            for limit in limitMasses.indices where other.limitMasses[limit] > 0 {
                let share = other.limitMasses[limit] / (limitMasses[limit] + other.limitMasses[limit])
                let risk = completions[index].limitRisks[limit]
                completions[index].limitRisks[limit] = risk + share * (match.limitRisks[limit] - risk)
            }
        }
        for limit in limitMasses.indices { limitMasses[limit] += other.limitMasses[limit] }
        for place in other.places {
            if let known = places.firstIndex(where: { $0.node == place.node }) {
                places[known].reach += place.reach
            } else {
                places.append(place)
            }
        }
        for user in users.indices { users[user] += weight * (other.users[user] - users[user]) }
        if cue != other.cue { cue = nil }
        reach = total
    }

    /// Notes which answers exceed a limit, once all histories with these words are joined.
    fileprivate mutating func setExceeding(_ limits: [OutcomeConstraint]) {
        for index in completions.indices {
            let risks = zip(limitMasses, completions[index].limitRisks).map { $0 > 0 ? $1 : nil }
            completions[index].exceedsLimit = LimitRisks.exceeds(risks, limits)
        }
    }

    /// π*(a) = π_ref(a) exp(Q(a)/τ) / Σ_b π_ref(b) exp(Q(b)/τ), over the completions.
    mutating func setTargets(temperature: Double) {
        guard temperature > 0 else { return }
        let best = completions.lazy.filter { $0.reference > 0 }.map(\.value).max() ?? 0
        let weights = completions.map { completion -> Double in
            completion.reference > 0
                ? completion.reference * Libm.exp((completion.value - best) / temperature) : 0
        }
        let total = weights.reduce(0, +)
        guard total > 0 else { return }
        for index in completions.indices { completions[index].target = weights[index] / total }
    }
}
