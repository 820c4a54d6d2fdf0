internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Pages
internal import Scenarios

/// A slider over the share of a user type, every position of which is computed beforehand.
extension PageBuilder {
    /// Steps of the slider: shares 0, 0.05, … 1.
    static let mixSteps = 20

    private struct Point {
        let share: Double
        let evaluations: [Evaluation]
        let scenario: Scenario
    }

    private struct TypeLine {
        let user: Int
        let own: Point
        let points: [Point]
    }

    func mixPart() throws -> Made? {
        let varied = game.users.indices.filter { game.prior[$0] > 0 && game.prior[$0] < 1 }
        guard !varied.isEmpty else { throw Unsuited("there is one type of user only.") }
        let shouldStop = partControl.shouldStop
        var lines: [TypeLine] = []
        for user in varied {
            let points = try (0...Self.mixSteps).compactMap { step -> Point? in
                if shouldStop() { return nil }
                return try point(user, share: Double(step) / Double(Self.mixSteps))
            }
            guard points.count == Self.mixSteps + 1 else { break }
            lines.append(TypeLine(user: user, own: own(user), points: points))
        }
        guard let chosen = lines.indices.max(by: { game.prior[lines[$0].user] < game.prior[lines[$1].user] }) else {
            throw Unsuited("the time of this part was over before one type was done.")
        }
        let own = lines[chosen].own
        return Made(
            value: [
                "types": .list(
                    lines.enumerated().map { index, line in
                        [
                            "number": "\(index)", "userName": .text(game.users[line.user]),
                            "chosen": .flag(index == chosen),
                        ]
                    }),
                "share": .text(subject.percent(own.share)), "position": "\(position(own.share))",
                "rows": .list(zip(subject.entries, own.evaluations).enumerated().map { row($0, $1.0, $1.1) }),
                "data": .markup(try Markup(data: .object(["types": .array(lines.map(json))]))),
            ], isUnfinished: lines.count < varied.count)
    }

    private func own(_ user: Int) -> Point {
        Point(share: game.prior[user], evaluations: subject.entries.map(\.evaluation), scenario: scenario)
    }

    private func point(_ user: Int, share: Double) throws -> Point {
        let changed = try scenario.setting("users.\(game.users[user]).prior", to: share)
        return Point(
            share: share,
            evaluations: subject.entries.map {
                Evaluation($0.policy.controller, game: changed.game, reference: changed.objective.reference)
            }, scenario: changed)
    }

    private func position(_ share: Double) -> Int { Int((share * Double(Self.mixSteps)).rounded()) }

    private func row(_ index: Int, _ entry: PageSubject.Entry, _ evaluation: Evaluation) -> PageValue {
        let strip = strip(totals(evaluation))
        return [
            "number": "\(index)", "rowName": .text(entry.name), "spoken": .text("\(entry.name): \(strip.spoken)"),
            "segments": strip.segments, "safe": .text(subject.percent(evaluation.safe)),
            "payoff": .text(subject.payoff(evaluation.payoff)), "turns": .text(Format.fixed(evaluation.turns, 2)),
            "verdict": .text(subject.verdict(evaluation).words),
        ]
    }

    private func json(_ line: TypeLine) -> JSONValue {
        .object([
            "position": .integer(position(line.own.share)), "own": json(line.own),
            "points": .array(line.points.map(json)),
        ])
    }

    /// Texts as they are shown, so that the numbers on the page are those of `evaluate` to the last digit.
    private func json(_ point: Point) -> JSONValue {
        .object([
            "share": .string(subject.percent(point.share)),
            "policies": .array(
                zip(subject.entries, point.evaluations).map { entry, evaluation in
                    let strip = strip(totals(evaluation))
                    return .object([
                        "spoken": .string("\(entry.name): \(strip.spoken)"),
                        "starts": .strings(strip.spans.map(\.x)), "widths": .strings(strip.spans.map(\.width)),
                        "safe": .string(subject.percent(evaluation.safe)),
                        "payoff": .string(subject.payoff(evaluation.payoff)),
                        "turns": .string(Format.fixed(evaluation.turns, 2)),
                        "verdict": .string(subject.verdict(evaluation).words),
                    ])
                }),
        ])
    }
}
