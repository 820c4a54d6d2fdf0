internal import Documents
internal import GameModel

/// `responses`: what the model may say.
struct ResponsesSection {
    let names: ScenarioNames

    private static let keys = ["title", "meaning", "description", "features", "cost", "texts"]

    /// What a scenario says about its responses; nil where a part could not be read.
    struct Content {
        var responses: [Response?] = []
        var titles: [String?] = []
        var meanings: [String?] = []
        var texts: [[[String]]?] = []
    }

    func read(_ root: Fields) -> Content {
        var content = Content()
        guard let section = root["responses"], let fields = root.owner.context.fields(of: section) else {
            return content
        }
        for entry in fields.entries.prefix(names.responses.count) {
            guard let body = entry.value.mapping(of: Self.keys.quotedList) else { continue }
            body.rejectUnknown(except: Self.keys)
            content.titles.append(body["title"]?.optionalText())
            content.meanings.append(body["meaning"]?.optionalText())
            _ = body["description"]?.optionalText()
            let texts = body.required("texts").flatMap { TextsSection(cues: names.cues).read($0) }
            content.texts.append(texts)
            content.responses.append(response(entry.name, body))
        }
        return content
    }

    private func response(_ name: String, _ body: Fields) -> Response? {
        let features = body["features"].map { self.features($0) } ?? [Double](repeating: 0, count: names.features.count)
        let cost = body["cost"].map { $0.nonNegativeAmount() } ?? 0
        guard let features, let cost else { return nil }
        return Response(name: name, features: features, cost: cost)
    }

    /// f(a): features left out are 0.
    private func features(_ reader: NodeReader) -> [Double]? {
        guard let fields = reader.mapping(of: "features to numbers in [0, 1]") else { return nil }
        var values = [Double](repeating: 0, count: names.features.count)
        var isWhole = !names.features.isIncomplete
        for entry in fields.entries {
            let index = names.features.resolve(key: entry)
            var value = entry.value.number("a number in [0, 1]")
            if let number = value, !(number >= 0 && number <= 1) {
                entry.value.error("\(entry.value.found); it must be in [0, 1]")
                value = nil
            }
            if let index, let value { values[index] = value } else { isWhole = false }
        }
        return isWhole ? values : nil
    }
}
