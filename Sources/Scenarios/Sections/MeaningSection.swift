internal import Documents

/// What names of `features` and `cues` mean: a text each, or a title and a meaning.
struct MeaningSection {
    /// How a mapping of names says it.
    private static let keys = ["title", "meaning"]

    /// What is said of names, in their order; nil where nothing is.
    struct Content {
        var titles: [String?] = []
        var meanings: [String?] = []
    }

    /// - Parameter count: how many entries are names of the scenario.
    /// - Returns: nothing for names that stand in a list, or are left out.
    func read(_ section: NodeReader?, count: Int) -> Content {
        var content = Content()
        guard let section, let fields = section.context.fields(of: section) else { return content }
        for entry in fields.entries.prefix(count) {
            let (title, meaning) = self.entry(entry.value)
            content.titles.append(title)
            content.meanings.append(meaning)
        }
        return content
    }

    /// A text is both: short enough to be a title, and all that is said.
    private func entry(_ reader: NodeReader) -> (title: String?, meaning: String?) {
        guard reader.isMapping else {
            guard !reader.isSequence else {
                reader.error("\(reader.found); it must be a text, or a mapping of \(Self.keys.quotedList)")
                return (nil, nil)
            }
            let text = reader.optionalText()
            return (text, text)
        }
        guard let body = reader.mapping(of: Self.keys.quotedList) else { return (nil, nil) }
        body.rejectUnknown(except: Self.keys)
        return (body["title"]?.optionalText(), body["meaning"]?.optionalText())
    }
}
