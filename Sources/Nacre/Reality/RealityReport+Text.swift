internal import Analysis
internal import Output
internal import Scenarios

/// The report on published figures for people.
extension RealityReport {
    /// More coefficients are left to files.
    private static let mostMoves = 5

    package func text() throws -> String {
        var out = "\(scenario.heading)\n\(scenario.assumptionLines)"
        out += "The scenario's numbers are exact; intervals are of 95 %: as published, Wilson's,\nor from counts.\n\n"
        if spoken.isEmpty {
            out += "No figure speaks about this scenario.\n"
        } else {
            out += spoken.map(figureText).joined() + derivedText + changeText + togetherText
        }
        return out + silentText + readingText
    }

    /// A figure with the number that it speaks about, in lines that fit a terminal.
    private func figureText(_ line: Line) -> String {
        guard let subject = line.subject else { return "" }
        let (figure, measured) = (line.figure, line.figure.measured)
        let interval =
            measured.map { " (\(Self.shown($0.interval.lowerBound))–\(Self.shown($0.interval.upperBound)))" } ?? ""
        let published = (measured?.value ?? figure.value).map { Self.shown($0) + interval } ?? "no number"
        return "\(Escaped.line(figure.key)) (\(figure.reading.rawValue)), about "
            + "\(subject.isSamePopulation ? "them" : "others")\n  \(Escaped.line(subject.words))\n"
            + "    published \(published), scenario \(Self.shown(subject.value)): \(line.verdict.rawValue)\(changeNote(subject))\n"
    }

    private func changeNote(_ subject: Subject) -> String {
        guard let change = subject.change else { return "" }
        return change.isConverged ? ", \(Format.fixed(change.size, 4)) logits" : ", change NOT FOUND"
    }

    /// Shares that are small keep more digits.
    private static func shown(_ value: Double) -> String { Format.fixed(value, value < smallShare ? 6 : 4) }

    private static let smallShare = 0.01

    /// Shares that were solved from a ratio.
    private var derivedText: String {
        var seen: Set<String> = []
        return spoken.compactMap { line in
            guard let arm = line.figure.arm, arm.isDerived, seen.insert(line.figure.key).inserted else { return nil }
            return
                "\(Escaped.line(line.figure.key)): the arm's share, \(Format.fixed(arm.arm.count / arm.arm.size, 4)), is\n"
                + "  derived from the ratio and the other arm's counts.\n"
        }.joined()
    }

    private var changeText: String {
        let differing = spoken.filter { $0.verdict == .differs && $0.subject?.isAsked == false }
        guard !differing.isEmpty else { return "" }
        let head =
            "\nThe smallest change that would agree, of \(movableCount) coefficients that may move\n(--parameters):\n"
        return head + differing.map(changeText).joined()
    }

    private func changeText(_ line: Line) -> String {
        guard let subject = line.subject else { return "" }
        let name = "\(Escaped.line(line.figure.key)),\n    \(Escaped.line(subject.words))"
        guard let change = subject.change else { return "  \(name): none of them moves it\n" }
        guard change.isConverged else { return "  \(name): \(Self.notFound)\n" }
        return "  \(name): \(Format.fixed(change.size, 4)) logits in all\n" + moveText(change)
    }

    private func moveText(_ change: AssumptionChange) -> String {
        let rest = change.moves.count - Self.mostMoves
        return moveColumns.text(change.moves.prefix(Self.mostMoves), indent: "    ")
            + (rest > 0 ? "    (and \(rest) smaller, in --json and --csv)\n" : "")
    }

    private var togetherText: String {
        guard let together else { return "" }
        guard together.change.isConverged else {
            return "\nAll at once: \(Self.notFound)\n"
        }
        let rows = together.rows.map { row in
            "  \(Escaped.line(row.name))\n    \(Format.fixed(row.value, 4)) after it, \(Format.fixed(row.distance, 2)) "
                + "standard errors from the published value\n"
        }
        return
            "\nAll at once, least squares in standard errors: \(Format.fixed(together.change.size, 4)) logits in all\n"
            + rows.joined() + moveText(together.change)
    }

    /// What is said of a search that did not converge: it is a local one, and other coefficients may lead elsewhere.
    private static let notFound =
        "NOT FOUND, the search did not come to an end;\n    let other coefficients move (--parameters)"

    private var silentText: String {
        let reasoned = silent.compactMap { line in
            line.figure.silence.map { "  \(Escaped.line(line.figure.key)): \(Escaped.line($0))\n" }
        }
        let others = silent.filter { $0.figure.silence == nil }.map { Escaped.line($0.figure.key) }
        return (reasoned.isEmpty ? "" : "\nSilent:\n" + reasoned.joined())
            + (others.isEmpty ? "" : "About other scenarios: \(others.joined(separator: ", "))\n")
    }

    /// How the figures were read.
    private var readingText: String {
        var readings: [String: PublishedFigure.Reading] = [:]
        for line in lines { readings[line.figure.key] = line.figure.reading }
        let kinds = PublishedFigure.Reading.allCases.compactMap { kind -> String? in
            let count = readings.values.count { $0 == kind }
            return count > 0 ? "\(count) \(kind.rawValue)" : nil
        }
        let second = readings.values.count { !$0.isFirstHand }
        return
            "\n\(readings.count) figures, of which \(second) were not read in the original\n(\(kinds.joined(separator: ", "))).\n"
    }
}
