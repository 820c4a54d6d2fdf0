/// What can be wrong with the messages of a row: who speaks, when, and whether anything is said.
struct MessageAudit {
    let form: RowForm.Columns

    /// - Complexity: O(length of the row's texts).
    func faults(_ row: AuditedRow) -> [AuditFault] {
        prompt(row) + row.answers.flatMap { answer($0, row) } + turns(row) + dialogue(row)
    }

    private func prompt(_ row: AuditedRow) -> [AuditFault] {
        guard let isText = row.promptIsText else { return missingPrompt(row) }
        var faults = roles(row.prompt, row.promptName)
        if row.prompt.isEmpty, !(row.isDialogue && !row.answers.isEmpty) {
            faults.append(
                form == .preferenceImplicitPrompt
                    ? .error(
                        .noPrompt, row.promptName,
                        "chosen and rejected have no message in common, so there is no prompt",
                        "TRL takes what both begin with as the prompt; the model answers nothing")
                    : .error(
                        .noPrompt, row.promptName, "\(row.promptName) is an empty list", "the model answers nothing"))
        }
        if !row.prompt.isEmpty, row.prompt.allSatisfy(\.isBlank) {
            faults.append(.error(.blankText, "prompt", "\(row.promptName) is blank", "the model answers nothing"))
        } else if let index = row.prompt.firstIndex(where: { $0.isBlank && $0.role != .tool }) {
            let role = row.prompt[index].role
            faults.append(
                AuditFault(
                    severity: role == .system ? .warning : .error, kind: .blankText,
                    subject: "message \(role == .system)",
                    message: "message \(index + 1) of \(row.promptName) is blank",
                    consequence: "somebody speaks and says nothing; many chat templates refuse it"))
        }
        guard !isText, !row.isDialogue else { return faults }
        if row.prompt.last?.role == .assistant {
            faults.append(
                .error(
                    .promptEndsInAssistant, "", "the prompt ends in a message of the assistant",
                    "chat templates continue that message"))
        }
        return faults + beginning(row, .error)
    }

    private func beginning(_ row: AuditedRow, _ severity: Finding.Severity) -> [AuditFault] {
        guard row.prompt.first(where: { $0.role != .system })?.role == .assistant else { return [] }
        return [
            AuditFault(
                severity: severity, kind: .beginsWithAssistant, subject: "",
                message: "\(row.isDialogue ? "the dialogue" : "the prompt") begins with the assistant",
                consequence: "most chat templates refuse that")
        ]
    }

    private func missingPrompt(_ row: AuditedRow) -> [AuditFault] {
        guard form == .preferenceImplicitPrompt, row.isPair else { return [] }
        let texts = row.answers.map(\.text)
        guard texts[0].unicodeScalars.first != texts[1].unicodeScalars.first else { return [] }
        return [
            .warning(
                .noPrompt, "", "chosen and rejected begin with different words and there is no column prompt",
                "TRL takes what both begin with as the prompt; the model answers nothing")
        ]
    }

    private func roles(_ messages: [AuditedMessage], _ name: String) -> [AuditFault] {
        for (index, message) in messages.enumerated() {
            switch message.role {
            case .unknown(let role): return [unknown(role, "message \(index + 1) of \(name)")]
            case .missing: return [missing("message \(index + 1) of \(name)")]
            default: continue
            }
        }
        return []
    }

    private func unknown(_ role: String, _ place: String) -> AuditFault {
        let known = ["system", "user", "assistant", "tool"]
        let near = EditDistance.nearest(to: role.lowercased(), among: Set(known)).map { " (did you mean \($0)?)" } ?? ""
        return .error(
            .unknownRole, "", "\(place) is of \(role.prefix(40)), which is no role\(near)",
            "chat templates fail, or leave the message out")
    }

    private func missing(_ place: String) -> AuditFault {
        .error(.missingRole, "", "\(place) has no role", "chat templates fail, or leave the message out")
    }

    private func answer(_ answer: AuditedAnswer, _ row: AuditedRow) -> [AuditFault] {
        guard !answer.messages.isEmpty else {
            return [
                .error(
                    .blankText, answer.name, "\(answer.name) is empty",
                    "the loss is taken over nothing but the end mark")
            ]
        }
        if !row.prompt.isEmpty, answer.messages.count > row.prompt.count,
            Array(answer.messages.prefix(row.prompt.count)) == row.prompt
        {
            return [
                .error(
                    .promptRepeated, answer.name, "\(answer.name) repeats the prompt",
                    "the trainer joins the two, and the model sees it twice")
            ]
        }
        if let several = several(answer, row) { return [several] }
        var faults = roles(answer.messages, answer.name)
        if answer.messages.allSatisfy(\.isBlank) {
            faults.append(
                .error(
                    .blankText, answer.name, "\(answer.name) is blank",
                    "the loss is taken over nothing but the end mark"))
        }
        if case let role = answer.messages[0].role, [.user, .system, .tool].contains(role) {
            faults.append(
                .error(
                    .wrongSpeaker, answer.name, "\(answer.name) is a message of \(role)",
                    "the model is trained to speak for somebody else"))
        }
        return faults
    }

    /// Several messages are one answer only if the model calls tools in between.
    private func several(_ answer: AuditedAnswer, _ row: AuditedRow) -> AuditFault? {
        let roles = answer.messages.map(\.role)
        let isTrajectory =
            zip(roles, roles.dropFirst()).allSatisfy { $0 != $1 || $0 == .tool }
            && roles.allSatisfy { $0 == .assistant || $0 == .tool }
        guard answer.messages.count > 1, !isTrajectory else { return nil }
        guard row.promptIsText == true, form == .preference else {
            return .error(
                .severalMessages, answer.name, "\(answer.name) has \(answer.messages.count) messages",
                "the user's words are trained as if the model's")
        }
        // As in UltraFeedback: the conversation stands in the answers, and its first words once more as a text.
        return .warning(
            .promptRepeated, "text",
            "the prompt is a text, and \(answer.name) a conversation of \(answer.messages.count) messages that holds it",
            "trainers join the two or fail; leave out the column prompt, and the shared beginning is the prompt")
    }

    /// Whether user and model take turns.
    private func turns(_ row: AuditedRow) -> [AuditFault] {
        guard row.promptIsText == false else { return [] }
        let messages = row.prompt + (row.isDialogue ? row.answers.flatMap(\.messages) : [])
        let start = messages.first?.role == .system ? 1 : 0
        let speakers = messages.dropFirst(start).map(\.role)
        let isShareGPT = [.shareGPT, .shareGPTRanking, .shareGPTLabelled].contains(form)
        guard
            let index = zip(speakers, speakers.dropFirst()).enumerated().first(where: { _, pair in
                pair.0 == pair.1 && [.user, .assistant].contains(pair.0)
            })?.offset
        else { return [] }
        let position = index + 2 + start
        return [
            AuditFault(
                severity: isShareGPT ? .error : .warning, kind: .turns, subject: "",
                message:
                    "message \(position) of \(row.promptName) is of \(messages[position - 1].role), as the one before",
                consequence: isShareGPT
                    ? "LLaMA-Factory leaves such a row out" : "chat templates that want turns refuse the row")
        ]
    }

    private func dialogue(_ row: AuditedRow) -> [AuditFault] {
        guard row.isDialogue, row.promptIsText == false else { return [] }
        guard row.answers.isEmpty else { return beginning(row, form == .messages ? .warning : .error) }
        guard row.prompt.contains(where: { $0.role == .assistant }) else {
            return row.prompt.isEmpty
                ? []
                : [.error(.noAnswer, "none", "nobody speaks for the model in \(row.promptName)", "nothing is trained")]
        }
        let role = row.prompt.last?.role ?? .missing
        return [
            AuditFault(
                severity: form == .messages ? .warning : .error, kind: .noAnswer, subject: "",
                message: "\(row.promptName) ends in a message of \(role), and not of the model",
                consequence: form == .messages
                    ? "the last words are never answered; OpenAI refuses the row"
                    : "LLaMA-Factory leaves such a row out")
        ]
    }
}
