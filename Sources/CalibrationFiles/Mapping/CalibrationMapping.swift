package import Documents
internal import Output

/// How a file of observed conversations is read, and what is fitted to it: the mapping file of `calibrate`.
package struct CalibrationMapping: Sendable, Equatable {
    /// A column, and what its values mean.
    package struct Source: Sendable, Equatable {
        package enum Meaning: Sendable, Equatable {
            /// Labels as they are.
            case same
            /// Labels by name; nil leaves the rows out, and they are counted.
            case labels([String: String?])
            /// Numbers, cut into as many names as there are cuts and one more: from the lowest where the cuts rise, from the
            /// highest where they fall.
            case cuts([Double])
        }

        package var column: String
        package var meaning: Meaning
        /// The names that there are, in order.
        package var names: [String]
        /// How many rows of the conversation back; 0 is the same row.
        package var lag: Int
    }

    /// A number beside the vocabulary of the scenario: a column, or the mean so far of scores given to a column's labels.
    package struct Number: Sendable, Equatable {
        package var column: String
        package var scores: [String: Double]?
    }

    /// A table with one column per name instead of one row.
    package struct Wide: Sendable, Equatable {
        /// Column and the label that it stands for, in the file's order.
        package var columns: [String]
        package var labels: [String]
        /// The virtual column that gets the label.
        package var field: String
        /// Two reactions: the value in percent is the weight of the first, and what is left to 100 that of the second.
        package var percent: [String]?
    }

    /// A table of published effects, one a row, instead of observed transitions.
    package struct Effects: Sendable, Equatable {
        /// Columns: what was rated, the style of response, its effect, and the ends of the interval.
        package var outcome: String
        package var style: String
        package var estimate: String
        package var interval: [String]
        /// The probability of the intervals.
        package var level: Double
        /// The style that all were compared with.
        package var against: String
        /// Between effects that were compared with the same style.
        package var correlation: Double
    }

    /// How many logits of a reaction a point of the rating is worth.
    package struct PerPoint: Sendable, Equatable {
        package var reaction: String
        package var logits: Double
    }

    /// What says that a conversation ended.
    package enum Ends: Sendable, Equatable {
        case none
        /// The last row of a conversation that has a reaction or a state after it.
        case last
        /// A column with the names `goes_on` and `ends`.
        case source(Source)
    }

    package enum Before: Sendable, Equatable {
        case none
        case previous
        case source(Source)
    }

    package struct Model: Sendable, Equatable {
        package var name: String
        /// `reactions`, `moves`, `next_state`, `ending`, `hidden`, `policy` or `effects`.
        package var kind: String
        package var user: String?
        /// The user of the scenario that each latent type is.
        package var users: [String: String]
        /// The only reaction that is told from all others together.
        package var againstOthers: String?
        /// The model of the length of conversations to play them with.
        package var ending: String?
        /// For effects: what was rated, and what a point of it is worth.
        package var outcome: String?
        package var perPoint: [PerPoint]
        package var satisfaction: Double?
        package var terms: [String]
        package var moveTerms: [String]
        package var types: [String]
        package var hiddenStates: [String]
        package var reference: String?
        package var referenceState: String?
        package var referenceResponse: String?
        package var anchor: String?
        package var precision: Double
        /// Rows are used only where a factor has one of these levels.
        package var only: [String: [String]]
        /// The fit is judged on rows with these levels, which it did not see.
        package var test: [String: [String]]
        /// Terms that are added one by one to a fit to all rows, to see which of them predicts the tested rows.
        package var rescue: [String]
    }

    package var file: String
    package var name: String
    package var source: String
    package var conversation: String?
    package var turn: String?
    package var weight: String?
    package var type: Source?
    package var ends: Ends
    package var effects: Effects?
    package var wide: Wide?
    package var states: [String]
    package var before: Before
    package var after: Source?
    package var response: Source?
    package var features: [String]
    /// The column of each feature, where features were observed themselves.
    package var featureColumns: [String] = []
    /// Per response, one value per feature.
    package var responseFeatures: [String: [Double]]
    package var reaction: Source?
    package var factors: [(name: String, source: Source)]
    package var numbers: [(name: String, number: Number)]
    package var phases: [Int]
    package var models: [Model]

    package static func == (left: CalibrationMapping, right: CalibrationMapping) -> Bool {
        left.file == right.file && left.name == right.name && left.models == right.models
    }

    /// Reads a mapping file; all its problems at once.
    package static func load(path: String) throws(DocumentError) -> CalibrationMapping {
        try parse(try FileBytes.load(path), file: path)
    }

    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> CalibrationMapping {
        try DocumentReader.read(bytes, file: file, what: "a mapping file") { MappingSection(file: file).read($0) }
    }
}
