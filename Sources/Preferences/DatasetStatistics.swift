internal import GameModel

/// Counts over the rows of a dataset, gathered while they are written.
public struct DatasetStatistics: Sendable {
    public private(set) var rows = (train: 0, test: 0)
    /// Prompts of the long table, and of them those that have rows.
    public let prompts: Int
    public private(set) var promptsWithRows = 0
    /// Prompts whose win graph is not strongly connected: the labels alone do not keep DPO's optimum finite there.
    public private(set) var notStronglyConnected = 0
    /// Rows that say the same as an earlier one; in the modes quota and sampled that is how strength is expressed.
    public private(set) var repeatedRows = 0
    /// Rows that compare two unsafe completions, and all rows that compare two.
    public private(set) var bothUnsafe = 0
    public private(set) var compared = 0
    /// Per response, how often it is chosen and rejected.
    public private(set) var chosen: [Int]
    public private(set) var rejected: [Int]
    public let responses: [String]
    /// Rows by turn, by the last message's cue, and by the user type that is most likely at the prompt.
    public private(set) var balance: DatasetBalance
    /// Text lengths in characters.
    public private(set) var lengths = LengthComparison()
    /// Of rows with one completion in the training split: how many are preferred, and how many are not.
    private(set) var trainingLabels = (preferred: 0, dispreferred: 0)
    private let isSoft: Bool
    private var current: PromptRows?

    init(_ dataset: Dataset) {
        responses = dataset.responses
        prompts = dataset.pairs.table.prompts.count
        chosen = responses.map { _ in 0 }
        rejected = chosen
        isSoft = dataset.pairs.settings.mode == .soft
        balance = DatasetBalance(dataset.source.game)
    }

    /// Counts a row. Rows of a prompt come one after the other.
    mutating func add(_ row: FormatRow, test: Bool) {
        if test { rows.test += 1 } else { rows.train += 1 }
        if current?.prompt.id != row.prompt.id {
            finish()
            current = PromptRows(row.prompt)
        }
        balance.add(row.prompt)
        if !test, row.parts.count == 1 {
            switch row.parts[0].part {
            case .preferred: trainingLabels.preferred += 1
            case .dispreferred: trainingLabels.dispreferred += 1
            }
        }
        for (index, part) in row.parts {
            let completion = row.prompt.completions[index]
            let length = completion.content.unicodeScalars.count
            switch part {
            case .preferred:
                chosen[completion.response] += 1
                lengths.chosen.add(length)
            case .dispreferred:
                rejected[completion.response] += 1
                lengths.rejected.add(length)
            }
        }
        if row.parts.count == 2 {
            compared += 1
            if row.parts.allSatisfy({ row.prompt.isUnsafe(row.prompt.completions[$0.completion]) }) { bothUnsafe += 1 }
        }
        if current?.add(row.parts, bothWays: isSoft) == false { repeatedRows += 1 }
    }

    /// Closes the last prompt.
    mutating func finish() {
        guard let last = current else { return }
        promptsWithRows += 1
        if !last.isStronglyConnected { notStronglyConnected += 1 }
        current = nil
    }
}

/// Mean lengths and how far they lie apart.
public struct LengthComparison: Sendable, Equatable {
    var chosen = LengthSum()
    var rejected = LengthSum()

    public var chosenMean: Double { chosen.mean }
    public var rejectedMean: Double { rejected.mean }

    /// Cohen's d: the difference of the means in units of the common standard deviation; nil without spread.
    public var effectSize: Double? {
        let spread = ((chosen.variance + rejected.variance) / 2).squareRoot()
        return spread > 0 && chosen.count > 0 && rejected.count > 0 ? (chosen.mean - rejected.mean) / spread : nil
    }
}

/// Sums of text lengths.
struct LengthSum: Equatable {
    var count = 0
    var sum = 0
    var squares = 0

    mutating func add(_ length: Int) {
        count += 1
        sum += length
        squares += length * length
    }

    var mean: Double { count > 0 ? Double(sum) / Double(count) : 0 }
    var variance: Double { count > 0 ? max(0, Double(squares) / Double(count) - mean * mean) : 0 }
}
