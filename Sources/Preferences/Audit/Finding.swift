/// One kind of thing that is wrong with a dataset, where, and what it does to a training run.
public struct Finding: Sendable, Equatable {
    public enum Severity: String, Sendable, Equatable {
        /// Training fails, or learns something else than the data say.
        case error
        /// Worth a look.
        case warning
    }

    /// What kinds there are; their names stay as they are.
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        // The file.
        case unreadable
        case notJSON = "not-json"
        case notAnObject = "not-an-object"
        case notText = "not-text"
        case noRows = "no-rows"
        case nonFinite = "non-finite"
        case repeatedMember = "repeated-member"
        case extensionInCapitals = "extension-in-capitals"
        case manifest
        // Form and columns.
        case unknownForm = "unknown-form"
        case mixedForms = "mixed-forms"
        case columnType = "column-type"
        case columnsDiffer = "columns-differ"
        case mixedColumn = "mixed-column"
        case reservedColumn = "reserved-column"
        case marginColumn = "margin-column"
        case inexactNumber = "inexact-number"
        case tellingColumn = "telling-column"
        // Messages.
        case blankText = "blank-text"
        case unknownRole = "unknown-role"
        case missingRole = "missing-role"
        case promptEndsInAssistant = "prompt-ends-in-assistant"
        case beginsWithAssistant = "begins-with-assistant"
        case noPrompt = "no-prompt"
        case turns
        case severalMessages = "several-messages"
        case wrongSpeaker = "wrong-speaker"
        case noAnswer = "no-answer"
        case promptRepeated = "prompt-repeated"
        case specialToken = "special-token"
        // Labels.
        case identical
        case nearlyIdentical = "nearly-identical"
        case oneCompletion = "one-completion"
        case equalRanks = "equal-ranks"
        case scoresUpsideDown = "scores-upside-down"
        case scoresTied = "scores-tied"
        case bothOrientations = "both-orientations"
        case labelType = "label-type"
        case oneClass = "one-class"
        case sameAnswer = "same-answer"
        case placeholder, length
        case exceedsLimit = "exceeds-limit"
        case labelStrength = "label-strength"
        case temperature
        case sameValues = "same-values"
        // Several rows.
        case repeatedRow = "repeated-row"
        case repeatedID = "repeated-id"
        case userTypeNamed = "user-type-named"
        case leak
        case nearLeak = "near-leak"
        case nearPrompt = "near-prompt"
    }

    /// A row of a file.
    public struct Place: Sendable, Equatable {
        public let file: String
        /// From 1; nil where the whole file is meant.
        public let line: Int?

        public init(file: String, line: Int?) {
            self.file = file
            self.line = line
        }
    }

    public let severity: Severity
    public let kind: Kind
    /// The first places, at most ``shownPlaces``.
    public internal(set) var places: [Place]
    /// How often it was found.
    public internal(set) var count: Int
    /// What was found, in the words of the first place.
    public let message: String
    /// What comes of it.
    public let consequence: String

    /// How many places are kept.
    public static let shownPlaces = 5

    /// The file of the first place.
    public var file: String { places.first?.file ?? "" }
    /// The line of the first place; nil where the whole file is meant.
    public var line: Int? { places.first?.line }

    init(_ fault: AuditFault, at place: Place) {
        (severity, kind, message, consequence) = (fault.severity, fault.kind, fault.message, fault.consequence)
        (places, count) = ([place], 1)
    }

    init(
        severity: Severity, kind: Kind, file: String, line: Int?, message: String, consequence: String, count: Int = 1
    ) {
        (self.severity, self.kind, self.message, self.consequence) = (severity, kind, message, consequence)
        (places, self.count) = ([Place(file: file, line: line)], count)
    }
}

/// Findings by kind and subject, in the order in which they were first met.
struct FindingLedger {
    private struct Key: Hashable {
        let kind: Finding.Kind
        let subject: String
    }

    private(set) var findings: [Finding] = []
    private var index: [Key: Int] = [:]
    /// Where each was met last: a row counts once, however often it has the fault.
    private var last: [Finding.Place] = []
    /// More are not kept: names of columns may be without end.
    private static let most = 1000

    mutating func add(_ fault: AuditFault, at place: Finding.Place) {
        let key = Key(kind: fault.kind, subject: fault.subject)
        guard let known = index[key] else {
            guard findings.count < Self.most else { return }
            index[key] = findings.count
            return append(Finding(fault, at: place))
        }
        guard last[known] != place || place.line == nil else { return }
        last[known] = place
        findings[known].count += 1
        if findings[known].places.count < Finding.shownPlaces { findings[known].places.append(place) }
    }

    mutating func add(_ finding: Finding) { append(finding) }

    private mutating func append(_ finding: Finding) {
        findings.append(finding)
        last.append(finding.places[finding.places.count - 1])
    }

    /// Adds a finding with its own count and places.
    mutating func add(_ fault: AuditFault, at places: [Finding.Place], count: Int) {
        guard let first = places.first else { return }
        var finding = Finding(fault, at: first)
        finding.places = Array(places.prefix(Finding.shownPlaces))
        finding.count = count
        append(finding)
    }
}
