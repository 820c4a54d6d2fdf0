internal import GameModel
internal import Output

/// A way to write the long table as rows.
protocol RowFormat: Sendable {
    /// The name in the manifest.
    var name: String { get }
    /// The label mode that the rows need, or nil where any will do.
    var requiredLabels: LabelMode? { get }
    /// Whether rows are pairs of completions.
    var isPaired: Bool { get }
    /// Whether rows say how probable the preference is, so that a tie can be written as one.
    var carriesProbability: Bool { get }
    /// Whether rows can say why.
    var takesRationale: Bool { get }
    /// Whether rows of own prompts say where they came from.
    var carriesSource: Bool { get }
    /// How many rows there will be, near enough for a progress line.
    func expectedRows(_ pairs: PreferencePairs) -> Int
    /// Why there are no rows although there are prompts, where this form has a reason of its own.
    var reasonForNoRows: String? { get }
    /// The columns and their types, for the card's header; sorted by name.
    var columns: [Column] { get }
    /// Where answers have columns that say whether they exceed a limit of the objective, if it has limits.
    var limitColumns: LimitColumns { get }
    /// Answers that have no row, or are no sample, since they may not be called good; of forms that compare nothing.
    func answersLeftOut(_ dataset: Dataset) -> AnswersLeftOut
    /// What a reader has to know about the rows, for the card.
    func note(_ dataset: Dataset) -> String
    /// Calls `body` with every row of a split, always in the same order.
    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws
    /// Files beside the rows: their names and texts.
    func sidecars(_ dataset: Dataset) throws -> [(name: String, text: String)]
    /// The file of a split, or of all rows (nil).
    func file(test: Bool) -> String?
}

extension RowFormat {
    var requiredLabels: LabelMode? { nil }
    var isPaired: Bool { true }
    var carriesProbability: Bool { false }
    var takesRationale: Bool { true }
    var carriesSource: Bool { true }
    var reasonForNoRows: String? { nil }
    var limitColumns: LimitColumns { .none }

    func answersLeftOut(_ dataset: Dataset) -> AnswersLeftOut { AnswersLeftOut() }

    func expectedRows(_ pairs: PreferencePairs) -> Int {
        let repeats = pairs.settings.mode == .quota || pairs.settings.mode == .sampled
        return pairs.kept * (repeats ? pairs.settings.rowsPerPair : 1) - pairs.rowsLeftOut
    }

    func sidecars(_ dataset: Dataset) throws -> [(name: String, text: String)] { [] }
    func file(test: Bool) -> String? { "data/\(test ? "test" : "train").jsonl" }
}

/// One row on its way to a file.
struct FormatRow {
    /// What a completion is in its row.
    enum Part: Hashable {
        /// Chosen, desirable, or sampled.
        case preferred
        /// Rejected or undesirable.
        case dispreferred
    }

    let prompt: PromptRecord
    /// Completions of the prompt by index, and what they are.
    let parts: [(completion: Int, part: Part)]
    /// Where a row has every answer of its prompt, their members, in the order of the prompt's completions; the column `completions`.
    let answers: [[String: JSONValue]]?
    /// The other members of the row; made only when it is written.
    let members: () throws -> [String: JSONValue]

    init(
        prompt: PromptRecord, parts: [(completion: Int, part: Part)], answers: [[String: JSONValue]]? = nil,
        members: @escaping () throws -> [String: JSONValue]
    ) {
        self.prompt = prompt
        self.parts = parts
        self.answers = answers
        self.members = members
    }

    /// The row as JSON, with its reasons where there are any.
    ///
    /// - Parameter isOwn: whether it says where it came from.
    /// - Throws: ``PreferenceError`` if the prompt was made without what the reasons need.
    func json(_ reasons: RationaleColumns?, isOwn: Bool) throws -> JSONValue {
        var members = try members().merging(try reasons?.members(of: self) ?? [:]) { own, _ in own }
        if isOwn { members.merge(OwnColumns.members(of: self)) { own, _ in own } }
        if let answers {
            members["completions"] = .array(
                try answers.enumerated().map { index, answer in
                    let more = try reasons?.members(of: prompt, answer: index) ?? [:]
                    let own = isOwn ? OwnColumns.members(of: prompt, answer: index) : [:]
                    return .object(answer.merging(more) { own, _ in own }.merging(own) { own, _ in own })
                })
        }
        return .object(members)
    }

    /// A row that compares two completions.
    init(_ pair: PreferencePair, members: @escaping () throws -> [String: JSONValue]) {
        self.init(
            prompt: pair.prompt, parts: [(pair.chosen, .preferred), (pair.rejected, .dispreferred)], members: members)
    }
}

extension PreferencePair {
    var chosenCompletion: PromptRecord.Completion { prompt.completions[chosen] }
    var rejectedCompletion: PromptRecord.Completion { prompt.completions[rejected] }
}

extension JSONValue {
    /// The messages of a prompt.
    static func messages(_ messages: [Message]) -> JSONValue { .array(messages.map(\.json)) }

    /// One message of the assistant, as a list.
    static func answer(_ content: String) -> JSONValue {
        .array([Message(role: .assistant, content: content).json])
    }
}
