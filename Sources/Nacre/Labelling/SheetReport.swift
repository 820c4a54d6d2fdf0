internal import Labelling
package import Output
package import Scenarios

/// What came of making or reading a sheet.
package struct SheetReport: Report {
    private let out: String
    private let count: Int
    private let isRead: Bool

    /// Writes a sheet of the texts that the labels are least certain of.
    ///
    /// - Throws: `InputError` for files that cannot be read; `FileError` for one that cannot be written.
    package init(
        making out: String, labels: String, texts: String, scenario: Scenario, most: Int, replaces: Bool
    ) throws {
        let file = try OutputFile(path: out, replaces: replaces)
        let scheme = scenario.labelScheme
        let sheet = try LabelSheet(LabelledFile(labels, scheme), texts: texts, scheme: scheme, most: most)
        try file.write(sheet.csv)
        (self.out, count, isRead) = (out, sheet.count, false)
    }

    /// Writes the labels of a sheet as examples.
    package init(reading sheet: String, texts: String, scenario: Scenario, out: String, replaces: Bool) throws {
        let file = try OutputFile(path: out, replaces: replaces)
        let reading = try SheetReading(sheet, scheme: scenario.labelScheme)
        try file.write(try reading.examples(texts).flatMap { $0 + [0x0A] })
        (self.out, count, isRead) = (out, reading.count, true)
    }

    package func json() -> JSONValue {
        .object(["format": .integer(1), "out": .string(out), isRead ? "labelled" : "rows": .integer(count)])
    }

    package func text() -> String {
        isRead
            ? "\(Format.count(count)) texts that a person has labelled, written to \(Escaped.line(out)); learn from them: "
                + "--examples \(Escaped.line(out))\n"
            : "\(Format.count(count)) texts, the least certain first, written to \(Escaped.line(out)); fill in response, cue, "
                + "reaction or features, and read it back: label sheet --read\n"
    }
}
