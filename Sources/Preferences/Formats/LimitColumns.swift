internal import Output

/// Where rows say whether an answer exceeds a limit of the objective.
enum LimitColumns {
    case none
    /// `chosen_exceeds_limit` and `rejected_exceeds_limit`.
    case pair
    /// `exceeds_limit` of every completion.
    case completions
}

/// How many answers may not be called good.
public struct AnswersLeftOut: Equatable, Sendable {
    /// Each by itself makes an outcome exceed a limit.
    public internal(set) var overLimit = 0
    public internal(set) var neverChosen = 0

    var isEmpty: Bool { overLimit + neverChosen == 0 }

    mutating func add(_ completion: PromptRecord.Completion, _ settings: LabelSettings) {
        if settings.neverChosen.contains(completion.response) { neverChosen += 1 } else { overLimit += 1 }
    }

    /// For people, after what they are; empty without any.
    public var phrase: String {
        [(overLimit, "that by themselves exceed a limit"), (neverChosen, "that are never to be chosen")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}

extension PromptRecord {
    /// Whether it is known of every answer whether it exceeds a limit.
    var knowsLimits: Bool { completions.allSatisfy { $0.exceedsLimit != nil } }
}

extension Dataset {
    /// Answers that may not be called good, in forms that compare nothing.
    ///
    /// - Complexity: O(prompts · |A|).
    public func answersLeftOut(_ format: DatasetFormat) -> AnswersLeftOut { format.rows.answersLeftOut(self) }

    /// The members that say which answers of a pair exceed a limit; none without limits.
    func limitMembers(_ pair: PreferencePair) -> [String: JSONValue] {
        guard let chosen = pair.chosenCompletion.exceedsLimit, let rejected = pair.rejectedCompletion.exceedsLimit,
            hasLimits
        else { return [:] }
        return ["chosen_exceeds_limit": .bool(chosen), "rejected_exceeds_limit": .bool(rejected)]
    }
}

extension DatasetFormat {
    /// The columns of a dataset's rows.
    func columns(of dataset: Dataset) -> [Column] {
        let columns = columns(hasRationale: dataset.rationale != nil)
        guard dataset.hasLimits else { return columns }
        switch rows.limitColumns {
        case .none: return columns
        case .pair:
            return (columns + [Column("chosen_exceeds_limit", .bool), Column("rejected_exceeds_limit", .bool)]).sorted()
        case .completions:
            return columns.map { column in
                guard column.name == "completions", case .list(let members) = column.kind else { return column }
                return Column("completions", .list((members + [Column("exceeds_limit", .bool)]).sorted()))
            }
        }
    }
}
