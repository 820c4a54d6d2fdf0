/// The names of one kind of thing, in the author's order, and where each was given.
package struct NameTable {
    /// `feature`, `state`, …
    package let singular: String
    /// `features`, `states`, …
    package let plural: String
    package private(set) var names: [String] = []
    package private(set) var spans: [SourceSpan?] = []
    private var indices: [String: Int] = [:]
    /// Whether some names could not be read, so that an unknown name may be one of them and is not reported.
    package var isIncomplete = false
    /// Whether the scenario leaves the things out, so that one without a name of the author's stands for all.
    package let isImplicit: Bool

    package init(_ singular: String, _ plural: String) {
        self.singular = singular
        self.plural = plural
        isImplicit = false
    }

    /// The one state or cue of a scenario that names none.
    package init(_ singular: String, _ plural: String, implicit name: String) {
        self.singular = singular
        self.plural = plural
        isImplicit = true
        names = [name]
        spans = [nil]
    }

    package var count: Int { names.count }

    private var article: String { singular.first.map { "aeio".contains($0) } ?? false ? "an" : "a" }

    /// Adds a name, if it is new.
    ///
    /// - Returns: its index, or nil if it was there already.
    package mutating func add(_ name: String, at span: SourceSpan?) -> Int? {
        guard indices[name] == nil else { return nil }
        indices[name] = names.count
        names.append(name)
        spans.append(span)
        return names.count - 1
    }

    package func index(of name: String) -> Int? { indices[name] }

    package func span(of index: Int) -> SourceSpan? { spans.indices.contains(index) ? spans[index] : nil }

    /// The index of the thing that a key names; an unknown one is reported.
    package func resolve(key entry: Fields.Entry) -> Int? {
        if let index = indices[entry.name] { return index }
        if !isIncomplete {
            entry.value.errorAtKey(
                "is not \(article) \(singular) of the scenario",
                suggestion: suggestion(for: entry.name, entry.value.context))
        }
        return nil
    }

    private func suggestion(for name: String, _ context: ReadingContext) -> String? {
        guard !isImplicit else { return nil }
        return context.suggestion(for: name, among: names) ?? Suggestion.choices(names, plural: plural)
    }

    /// The index of the thing that a value names; anything else is reported.
    package func resolve(value reader: NodeReader) -> Int? {
        guard case .text(let name) = reader.scalar else {
            reader.error("\(reader.found); it must be the name of \(article) \(singular)")
            return nil
        }
        if let index = indices[name] { return index }
        if !isIncomplete {
            reader.error(
                "is '\(NodeReader.excerpt(name))', which is not \(article) \(singular) of the scenario",
                suggestion: suggestion(for: name, reader.context))
        }
        return nil
    }
}
