internal import GameModel
internal import NumericalMethods
package import Output
package import Scenarios

/// How conversations end, as bars: a group a user type and one for all, a bar a policy, an outcome a part.
///
/// Safe outcomes are blue, unsafe ones orange, each in the order of the scenario, so that pictures of one scenario can be laid side by side.
///
/// ```swift
/// let picture = OutcomePicture(entries, in: scenario, notes: ["Exact: no sampling."])
/// try file.write(picture.svg)
/// ```
package struct OutcomePicture {
    private let entries: [OutcomeTable.Entry]
    private let scenario: Scenario
    private let notes: [String]

    /// - Parameters:
    ///   - entries: the policies, exact or simulated.
    ///   - notes: how the numbers were obtained, and what is not finished: lines under the title.
    package init(_ entries: [OutcomeTable.Entry], in scenario: Scenario, notes: [String]) {
        self.entries = entries
        self.scenario = scenario
        self.notes = notes
    }

    package var svg: String { bars.svg }

    private var game: Game { scenario.game }

    /// Outcomes as they stand in a bar: the safe ones first.
    private var order: [Int] {
        game.outcomes.indices.filter { game.outcomes[$0].isSafe }
            + game.outcomes.indices.filter { !game.outcomes[$0].isSafe }
    }

    /// The picture before it is drawn.
    package var bars: StackedBars {
        let isSimulated = entries.contains { $0.payoff.map { !$0.isExact } ?? true }
        let intervals =
            isSimulated
            ? ["Numbers are 95 % intervals. A line under a bar: where the part above it ends, with 95 %."] : []
        let unknown =
            isSimulated && groups.flatMap(\.bars).contains { $0.shares == nil }
            ? ["Striped: no conversation with such a user ended, so nothing is known."] : []
        return StackedBars(
            title: "\(scenario.title): how conversations end, by user type", notes: notes + intervals + unknown,
            parts: parts, groups: groups, remarkTitle: "safe", axis: "probability of each outcome, given the user type")
    }

    private var parts: [StackedBars.Part] {
        var (safe, unsafe) = (0, 0)
        return order.map { outcome in
            let item = game.outcomes[outcome]
            if item.isSafe {
                safe += 1
                return .init(item.name, family: "safe", fill: .cool(safe - 1))
            }
            unsafe += 1
            return .init(item.name, family: "unsafe", fill: .warm(unsafe - 1))
        }
    }

    /// All users, then every type; of a single type only that.
    private var groups: [StackedBars.Group] {
        let types = game.users.indices.map { user in
            group(heading(user)) { entry in (entry.outcomes[user], safe(entry.outcomes[user])) }
        }
        guard game.users.count > 1 else { return types }
        return [group("all users") { ($0.overall, $0.safe) }] + types
    }

    private func heading(_ user: Int) -> String {
        let counts = Set(entries.compactMap { $0.outcomes[user].first.flatMap { $0?.count } })
        let played = counts.count == 1 ? counts.first.map { ", \(Format.count($0)) conversations" } ?? "" : ""
        return "\(game.users[user]), prior \(Format.brief(game.prior[user]))\(played)"
    }

    private func group(
        _ name: String, _ numbers: (OutcomeTable.Entry) -> (outcomes: [Estimate?], safe: Estimate?)
    ) -> StackedBars.Group {
        StackedBars.Group(
            name,
            bars: entries.map { entry in
                let (outcomes, safe) = numbers(entry)
                let known = order.compactMap { outcomes[$0] }
                let parts = shares(known)
                return StackedBars.Bar(
                    label(entry), shares: known.count == order.count ? parts : nil, remark: text(safe))
            })
    }

    /// The parts of a bar, with intervals where they were estimated: of each part, and of all up to it together.
    private func shares(_ known: [Estimate]) -> [StackedBars.Share] {
        var before = 0
        return known.map { share in
            guard let count = share.count else { return StackedBars.Share(share.value) }
            before += Int((share.value * Double(count)).rounded())
            return StackedBars.Share(
                share.value, interval: share.interval, end: Estimate(successes: before, of: count)?.interval)
        }
    }

    private func label(_ entry: OutcomeTable.Entry) -> String {
        switch entry.constraints {
        case .violated: "\(entry.policy) (breaks a limit)"
        case .open: "\(entry.policy) (limits undecided)"
        case .none, .satisfied: entry.policy
        }
    }

    /// A share as its interval, where it has one.
    private func text(_ share: Estimate?) -> String {
        guard let share else { return "unknown" }
        return share.interval.map { Format.interval($0.lowerBound, $0.upperBound, 3) } ?? Format.fixed(share.value, 3)
    }

    /// P(safe) of a user type.
    private func safe(_ outcomes: [Estimate?]) -> Estimate? {
        let known = outcomes.compactMap(\.self)
        guard known.count == outcomes.count else { return nil }
        let wanted = zip(known, game.outcomes).filter { $1.isSafe }.map(\.0)
        guard let count = known.first?.count else {
            return Estimate(exact: wanted.reduce(0) { $0 + $1.value })
        }
        // Shares of one sample: whole numbers of conversations.
        return Estimate(successes: wanted.reduce(0) { $0 + Int(($1.value * Double(count)).rounded()) }, of: count)
    }
}

extension EvaluationReport {
    /// Outcome bars of the policies.
    package var picture: OutcomePicture { OutcomePicture(entries, in: scenario, notes: ["Exact: no sampling."]) }
}

extension SimulationReport {
    /// Outcome bars of the policies that were played.
    package var picture: OutcomePicture {
        let stopped =
            result.episodes < job.episodes
            ? ["Not complete: stopped before \(Format.count(job.episodes)) conversations."] : []
        return OutcomePicture(
            entries, in: job.scenario,
            notes: stopped + ["Simulated: \(Format.count(result.episodes)) conversations, seed \(job.seed)."])
    }
}

extension PlayReport {
    /// Outcome bars of who played, and of the policies that met the same users.
    package var picture: OutcomePicture {
        let missing = unfinished.count
        let stopped =
            isStopped || missing > 0
            ? [
                "Not complete: \(Format.count(request.episodes - episodes)) of \(Format.count(request.episodes)) conversations did not end."
            ] : []
        let chosen = request.user.map { ["Every user is of the type \($0)."] } ?? []
        return OutcomePicture(
            entries(), in: scenario,
            notes: stopped + ["Played: \(Format.count(episodes)) conversations, seed \(request.seed). \(Self.caution)"]
                + chosen)
    }
}
