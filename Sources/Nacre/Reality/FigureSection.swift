internal import Analysis
internal import Documents
internal import GameModel
package import Scenarios

/// Reads a file of published figures for one scenario.
///
/// ```yaml
/// reality: 1
/// figures:
///   - key: counselling-departure
///     population: people in text counselling
///     …
///     speaks_of:
///       - {scenario: self-harm-question, user: distressed, outcomes: [disengaged, migrated], policy: "always:support"}
/// ```
package struct FigureSection {
    let scenario: Scenario

    private static let keys = [
        "key", "population", "act", "behaviour", "statistic", "value", "n", "count", "interval", "against", "read",
        "source", "place", "note", "silent", "speaks_of",
    ]
    /// What a figure says whose size was not published.
    static let unpublished = "unpublished"

    /// - Throws: `DocumentError` with every problem of the file: a figure without a source or a size, a number that the scenario lacks.
    package static func read(
        _ bytes: [UInt8], file: String, for scenario: Scenario
    ) throws(DocumentError) -> [PublishedFigure] {
        try DocumentReader.read(bytes, file: file, what: "a file of published figures") {
            FigureSection(scenario: scenario).figures($0)
        }
    }

    private func figures(_ reader: NodeReader) -> [PublishedFigure]? {
        guard let root = reader.mapping(of: "'reality' and 'figures'") else { return nil }
        root.rejectUnknown(except: ["reality", "figures"])
        _ = root.required("reality")?.integer(in: 1...1)
        guard let list = root.required("figures"), let entries = list.list(of: "figures") else { return nil }
        if entries.isEmpty { list.errorAtKey("has no entries; there must be a figure") }
        var seen: Set<String> = []
        return entries.compactMap { entry in
            guard let figure = figure(entry) else { return nil }
            if !seen.insert(figure.key).inserted { entry.error("has the key \(figure.key), as another figure has") }
            return figure
        }
    }

    private func figure(_ reader: NodeReader) -> PublishedFigure? {
        guard let fields = reader.mapping(of: "'key', 'source' and what was published") else { return nil }
        fields.rejectUnknown(except: Self.keys)
        let texts = ["key", "population", "act", "behaviour", "source", "place"].map { fields.required($0)?.text() }
        let statistic = fields.required("statistic")?.choice(of: PublishedFigure.Statistic.allCases.map(\.rawValue))
            .flatMap(PublishedFigure.Statistic.init(rawValue:))
        let reading = fields.required("read")?.choice(of: PublishedFigure.Reading.allCases.map(\.rawValue))
            .flatMap(PublishedFigure.Reading.init(rawValue:))
        guard let statistic, let reading else { return nil }
        let size = size(fields, statistic)
        let value = statistic == .none ? nil : value(fields, statistic)
        // A range over arms may have its value at an end.
        if let value, let interval = size?.interval, !interval.contains(value) {
            fields["value"]?.error(
                "is \(value), outside its own interval from \(interval.lowerBound) to \(interval.upperBound)")
            return nil
        }
        let claims = (fields["speaks_of"]?.list(of: "numbers of scenarios") ?? []).compactMap {
            ClaimSection(scenario: scenario, statistic: statistic).read($0)
        }
        let known = texts.compactMap(\.self)
        guard known.count == texts.count, let size, statistic == .none || value != nil else { return nil }
        return PublishedFigure(
            key: known[0], population: known[1], act: known[2], behaviour: known[3], statistic: statistic,
            value: value, sample: size.sample, count: size.count, interval: size.interval, against: size.against,
            reading: reading, source: known[4], place: known[5], note: fields["note"]?.optionalText(),
            silence: fields["silent"]?.optionalText(), claims: claims.compactMap(\.claim))
    }

    private func value(_ fields: Fields, _ statistic: PublishedFigure.Statistic) -> Double? {
        guard let reader = fields.required("value") else { return nil }
        guard statistic == .oddsRatio else { return reader.probability() }
        guard let ratio = reader.number("a ratio of odds") else { return nil }
        if ratio <= 0 { reader.error("\(reader.found); a ratio of odds must be above 0") }
        return ratio > 0 ? ratio : nil
    }

    // MARK: How sure it is

    private struct Size {
        var sample: Int?
        var count: Int?
        var interval: ClosedRange<Double>?
        var against: PublishedFigure.Arm?
    }

    private static let people = 1...1_000_000_000

    private func size(_ fields: Fields, _ statistic: PublishedFigure.Statistic) -> Size? {
        var size = Size()
        let isUnpublished = fields["n"]?.scalar == .text(Self.unpublished)
        if let reader = fields["n"], !isUnpublished {
            guard let sample = reader.integer(in: Self.people) else { return nil }
            size.sample = sample
        }
        if let reader = fields["count"] {
            guard let count = reader.integer(in: 0...(size.sample ?? Self.people.upperBound)) else { return nil }
            size.count = count
        }
        if let reader = fields["interval"] {
            guard let interval = interval(reader, statistic) else { return nil }
            size.interval = interval
        }
        if let reader = fields["against"] {
            guard let arm = arm(reader) else { return nil }
            size.against = arm
        }
        guard size.sample != nil || size.interval != nil || isUnpublished else {
            if !fields.isExplained("n") {
                fields.owner.errorAtKey(
                    "has neither 'n' nor 'interval'; nothing says how sure it is",
                    suggestion: "write n: \(Self.unpublished) where that is so; the figure is then only listed")
            }
            return nil
        }
        if statistic == .oddsRatio, size.interval == nil, !isUnpublished, size.against == nil {
            fields.owner.errorAtKey("is a ratio without 'interval' or 'against', the counts of the other arm")
            return nil
        }
        return size
    }

    private func interval(_ reader: NodeReader, _ statistic: PublishedFigure.Statistic) -> ClosedRange<Double>? {
        guard let entries = reader.list(of: "two numbers") else { return nil }
        let ends = entries.compactMap { statistic == .share ? $0.probability() : $0.nonNegative() }
        guard entries.count == 2, ends.count == 2, ends[0] < ends[1] else {
            reader.errorAtKey("must be the lower and the upper end of an interval")
            return nil
        }
        return ends[0]...ends[1]
    }

    private func arm(_ reader: NodeReader) -> PublishedFigure.Arm? {
        guard let fields = reader.mapping(of: "'count' and 'n'") else { return nil }
        fields.rejectUnknown(except: ["count", "n"])
        let size = fields.required("n")?.integer(in: Self.people)
        guard let count = fields.required("count")?.integer(in: 0...(size ?? Self.people.upperBound)), let size else {
            return nil
        }
        return PublishedFigure.Arm(count: Double(count), size: Double(size))
    }
}
