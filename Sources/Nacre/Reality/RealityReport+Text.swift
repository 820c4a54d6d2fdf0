internal import Analysis
internal import Output
internal import Scenarios

/// The report on published figures for people.
extension RealityReport {
    /// More coefficients are left to files.
    private static let mostMoves = 5

    package func text() throws -> String {
        var out = "\(scenario.heading)\n\(scenario.assumptionLines)"
        out += "The scenario's numbers are exact; intervals are of 95 %: as published, Wilson's, or from counts.\n\n"
        if spoken.isEmpty {
            out += "No figure speaks about this scenario.\n"
        } else {
            out += figureColumns.text(spoken) + derivedText + changeText + togetherText
        }
        return out + silentText + readingText
    }

    /// Shares that were solved from a ratio.
    private var derivedText: String {
        var seen: Set<String> = []
        return spoken.compactMap { line in
            guard let arm = line.figure.arm, arm.isDerived, seen.insert(line.figure.key).inserted else { return nil }
            return
                "\(Escaped.line(line.figure.key)): the arm's share, \(Format.fixed(arm.arm.count / arm.arm.size, 4)), is derived "
                + "from the ratio and the other arm's counts.\n"
        }.joined()
    }

    private var changeText: String {
        let differing = spoken.filter { $0.verdict == .differs && $0.subject?.isAsked == false }
        guard !differing.isEmpty else { return "" }
        let head =
            "\nThe smallest change that would agree, of \(movableCount) coefficients that may move (--parameters):\n"
        return head + differing.map(changeText).joined()
    }

    private func changeText(_ line: Line) -> String {
        guard let subject = line.subject else { return "" }
        let name = "\(Escaped.line(line.figure.key)), \(Escaped.line(subject.words))"
        guard let change = subject.change else { return "  \(name): none of them moves it\n" }
        guard change.isConverged else { return "  \(name): NOT FOUND, the search did not come to an end\n" }
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
            return "\nAll at once: NOT FOUND, the search did not come to an end.\n"
        }
        return
            "\nAll at once, least squares in standard errors: \(Format.fixed(together.change.size, 4)) logits in all\n"
            + togetherColumns.text(together.rows, indent: "  ") + moveText(together.change)
    }

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
            "\n\(readings.count) figures, of which \(second) were not read in the original (\(kinds.joined(separator: ", "))).\n"
    }
}
