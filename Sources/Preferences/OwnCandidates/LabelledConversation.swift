internal import Labelling

/// A message of a prompt with what a label file says of it.
struct SaidLabel {
    let said: OwnLine.Said
    let found: TextLabel?
}

/// What is known of a message of the user.
struct MessageLabel {
    /// [|C|] and by reaction of the scheme; nil where nothing is said.
    var cue: [Double]?
    var reaction: [Double]?
    /// Whether the labeller abstained, so that what it says was left out.
    var isAbstained = false
}

/// A prompt as turns: the opening, and answers with the messages that followed them.
///
/// Messages of one speaker in a row are one message; the last of them that has a label speaks for all. What stands in the line goes
/// before what stands in a label file, member by member for messages and as a whole for answers.
struct LabelledConversation {
    private(set) var opening = MessageLabel()
    private(set) var exchanges: [(answer: TextLabel?, message: MessageLabel)] = []
    /// [|Θ|] who may have written it, by the label of the opening.
    private(set) var users: [Double]?
    private(set) var inScope: Double?
    /// Whether anything at all is said of the prompt.
    private(set) var isLabelled = false

    /// - Parameter beside: what the line says of its last message.
    init(_ said: [SaidLabel], beside: TextLabel?, usesAbstained: Bool) {
        var isAnswer = false
        for item in said {
            isLabelled = isLabelled || item.found != nil || item.said.label != nil
            if item.said.isAnswer {
                let label = item.said.label ?? item.found
                if isAnswer {
                    exchanges[exchanges.count - 1].answer = label ?? exchanges[exchanges.count - 1].answer
                } else {
                    exchanges.append((label, MessageLabel()))
                }
            } else {
                add(item, usesAbstained: usesAbstained)
            }
            isAnswer = item.said.isAnswer
        }
        guard let beside else { return }
        isLabelled = true
        inScope = beside.inScope ?? inScope
        change(MessageLabel(cue: beside.cue, reaction: beside.reaction))
    }

    private mutating func add(_ item: SaidLabel, usesAbstained: Bool) {
        if item.said.kind == .opening { users = item.found?.users }
        if let scope = item.said.label?.inScope ?? item.found?.inScope, item.said.kind == .opening || inScope == nil {
            inScope = scope
        }
        let isAbstained = item.found.map { $0.isAbstained && !usesAbstained } ?? false
        let found = isAbstained ? nil : item.found
        change(
            MessageLabel(
                cue: item.said.label?.cue ?? found?.cue, reaction: item.said.label?.reaction ?? found?.reaction,
                isAbstained: isAbstained))
    }

    /// Says more of the last message.
    private mutating func change(_ label: MessageLabel) {
        func changed(_ old: MessageLabel) -> MessageLabel {
            MessageLabel(
                cue: label.cue ?? old.cue, reaction: label.reaction ?? old.reaction,
                isAbstained: label.isAbstained || old.isAbstained)
        }
        if exchanges.isEmpty {
            opening = changed(opening)
        } else {
            exchanges[exchanges.count - 1].message = changed(exchanges[exchanges.count - 1].message)
        }
    }

    /// The cue of the last message.
    var lastCue: [Double]? { exchanges.last.map(\.message.cue) ?? opening.cue }
}
