public import GameModel
public import Labelling
public import Output
public import Scenarios

/// What was written for a batch of judgements.
public struct JudgeRequestReport: Report {
    package let scenario: Scenario
    package let path: String
    package let out: String
    package let requests: JudgeRequests
    public let counts: JudgeRequests.Counts

    package func json() throws -> JSONValue {
        .object(
            scenario.withChanges([
                "format": .integer(1), "scenario": .string(scenario.name), "texts_file": .string(path),
                "out": .string(out),
                "model": .string(requests.model), "samples": .integer(requests.samples),
                "rubric": .string(requests.rubric.version),
                "counts": .object([
                    "lines": .integer(counts.lines), "rejected": .integer(counts.rejected),
                    "texts": .integer(counts.texts),
                    "repeated": .integer(counts.repeated), "requests": .integer(counts.requests),
                ]),
            ]))
    }

    package func text() throws -> String {
        let count = Format.count
        var text = "\(scenario.heading)\n\(scenario.changesText.map { "\($0).\n" } ?? "")\n"
        text += "\(count(counts.requests)) requests about \(count(counts.texts)) texts of \(count(counts.lines)) lines"
        text += counts.repeated > 0 ? "; \(count(counts.repeated)) texts are asked for by another one\n" : "\n"
        if let first = counts.firstReject {
            text += "left out: \(count(counts.rejected)) lines that cannot be read; the first: \(Escaped.line(first))\n"
        }
        let (answers, texts, out) = ("ANSWERS.jsonl", Escaped.shell(path), Escaped.shell(out))
        text += "\nwritten to \(Escaped.line(self.out)). Have an engine answer it, and read the answers:\n"
        text += "  vllm run-batch -i \(out) -o \(answers) --model MODEL --served-model-name "
        text += "\(Escaped.shell(requests.model))\n"
        text += "  sim-cli label collect \(answers) --texts \(texts) --scenario FILE --out LABELS\n"
        return text
    }
}

extension JudgeRequests {
    /// Writes the requests about a file of texts into a file that appears whole.
    ///
    /// - Throws: `FileError` where it cannot be written, `InputError` where no text can be read, `InterruptedError` where the control asks
    ///   to stop.
    /// - Complexity: one pass over the texts, in bounded memory but for 16 bytes a text.
    public func write(
        _ path: String, scenario: Scenario, to out: String, replaces: Bool, _ control: RunControl = RunControl()
    ) throws -> JudgeRequestReport {
        let file = try OutputFile(path: out, replaces: replaces)
        var counts = Counts()
        try file.writeLines { line in counts = try write(path, control, to: line) }
        return JudgeRequestReport(scenario: scenario, path: path, out: out, requests: self, counts: counts)
    }
}
