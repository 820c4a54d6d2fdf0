/// A message as audits see it, whatever its form calls its parts.
struct AuditedMessage: Equatable {
    enum Role: Equatable {
        case system, user, assistant, tool
        /// A name that is no role of the form.
        case unknown(String)
        /// No role stands there.
        case missing
        /// The text is not in a message.
        case none
    }

    let role: Role
    let text: String
    /// Whether something else than text is said: a call of a tool, a picture.
    let hasOtherContent: Bool
    /// Everything that is said, for comparisons.
    let whole: String

    /// Whether nothing is said.
    var isBlank: Bool { !hasOtherContent && text.allSatisfy(\.isWhitespace) }
}

/// An answer of the model in a row.
struct AuditedAnswer {
    /// The column that it stands in.
    let name: String
    var messages: [AuditedMessage]
    /// Whether it is a plain text and no message.
    let isText: Bool
    /// nil where nothing is stated.
    var score: Double?
    /// Lower is better.
    var rank: Int?

    var text: String { messages.count == 1 ? messages[0].text : messages.map(\.text).joined(separator: "\n") }
    /// Everything that is said, for comparisons.
    var whole: String { messages.count == 1 ? messages[0].whole : messages.map(\.whole).joined(separator: "\u{1}") }
}

/// A row in the one view that all audits look at.
struct AuditedRow {
    /// The column of the prompt, or what stands for one.
    var promptName = "prompt"
    /// Messages up to the point where the model has to speak; empty where there is no prompt.
    var prompt: [AuditedMessage] = []
    /// Whether the prompt is a plain text; nil without a prompt.
    var promptIsText: Bool?
    /// Better answers first where the form tells which is better.
    var answers: [AuditedAnswer] = []
    /// Whether the first answer is preferred to the second.
    var isPair = false
    /// Of unpaired feedback: whether the answer is desirable.
    var label: Bool?
    /// Whether the answers are all that there is at the prompt.
    var isComplete = false
    /// Whether the whole dialogue is trained on, and not an answer to it only.
    var isDialogue = false
    /// What is wrong with the columns, found on the way.
    var faults: [AuditFault] = []

    /// Whether the answers are preferred or given as examples, the first of them at least.
    var hasExample: Bool { !answers.isEmpty && (isPair || label ?? true) && !isComplete }

    /// What the prompt says, for comparisons across rows and files.
    var promptKey: String {
        prompt.map { "\($0.role)\u{1}\($0.whole)" }.joined(separator: "\u{2}")
    }
}

/// A kind of fault, and the words for one that was found.
struct AuditFault: Sendable {
    let severity: Finding.Severity
    /// Names the kind: all faults with the same kind and subject are one finding.
    let kind: Finding.Kind
    /// The column or the like that it is about.
    let subject: String
    let message: String
    let consequence: String

    static func error(
        _ kind: Finding.Kind, _ subject: String = "", _ message: String, _ consequence: String
    ) -> AuditFault {
        AuditFault(severity: .error, kind: kind, subject: subject, message: message, consequence: consequence)
    }

    static func warning(
        _ kind: Finding.Kind, _ subject: String = "", _ message: String, _ consequence: String
    ) -> AuditFault {
        AuditFault(severity: .warning, kind: kind, subject: subject, message: message, consequence: consequence)
    }
}
