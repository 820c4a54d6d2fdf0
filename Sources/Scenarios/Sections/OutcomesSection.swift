internal import Documents
internal import GameModel

/// `outcomes`: how a conversation may end.
struct OutcomesSection {
    private static let keys = ["title", "description", "safe", "timeout"]

    /// What a scenario says about its outcomes; nil where a part could not be read.
    struct Content {
        var outcomes: [Outcome?] = []
        var titles: [String?] = []
    }

    func read(_ root: Fields, names: NameTable) -> Content {
        var content = Content()
        guard let section = root["outcomes"], let fields = root.owner.context.fields(of: section) else {
            return content
        }
        var timeout: String?
        var isCertain = !names.isIncomplete
        for entry in fields.entries.prefix(names.count) {
            guard let body = entry.value.mapping(of: Self.keys.quotedList) else {
                isCertain = false
                continue
            }
            body.rejectUnknown(except: Self.keys)
            content.titles.append(body["title"]?.optionalText())
            _ = body["description"]?.optionalText()
            let isSafe = body.required("safe")?.boolean()
            let isTimeout = body["timeout"].map { $0.boolean() } ?? false
            if let isSafe, let isTimeout {
                content.outcomes.append(Outcome(name: entry.name, isSafe: isSafe, isTimeout: isTimeout))
            }
            guard let isTimeout else {
                isCertain = false
                continue
            }
            if isTimeout, let first = timeout {
                body["timeout"]?.error("is true, but '\(first)' is the timeout outcome; there must be exactly one")
            } else if isTimeout {
                timeout = entry.name
            }
        }
        if timeout == nil, isCertain {
            section.errorAtKey(
                "has no timeout outcome; exactly one must have 'timeout: true', for conversations that reach the horizon"
            )
        }
        return content
    }
}
