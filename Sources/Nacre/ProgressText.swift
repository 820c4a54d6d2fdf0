package import GameModel
internal import Output

/// How far a computation is, in a line for people: what is done, how fast, and how long it will still take.
///
/// Where there is something to count towards, the time left is what the rest takes at the present rate. A search between bounds ends when
/// they are close enough, which nobody knows beforehand: there the line has the bounds, their gap, and the time that is left at most.
package struct ProgressText {
    /// What is being done, such as `simulating`.
    package let phase: String
    /// What is counted, such as `episodes`.
    package let unit: String
    /// The time limit in seconds; nil for none.
    package let limit: Double?

    package init(_ phase: String, unit: String, limit: Double? = nil) {
        self.phase = phase
        self.unit = unit
        self.limit = limit
    }

    /// - Parameters:
    ///   - progress: nil before the work has said anything.
    ///   - seconds: since the work began.
    ///   - phaseSeconds: since the present part of it began, from which the rate is taken.
    ///   - gap: what the last answered question left open, where the work asks many.
    package func line(
        _ progress: RunProgress?, seconds: Double, phaseSeconds: Double? = nil, gap: Double? = nil
    ) -> String {
        guard let progress else { return "\(phase); \(time(seconds, left: nil))" }
        let name = progress.phase.map { "\(phase), \($0)" } ?? phase
        let rate = rate(progress, phaseSeconds ?? seconds)
        let left = progress.total.flatMap { total in
            rate.map { Double(max(0, total - progress.steps)) / $0 }
        }
        let parts = [
            bounds(progress), amount(progress), rate.map { speed($0) }, gap.map { "open: \(Format.number($0, 6))" },
        ].compactMap(\.self)
        return "\(name): \(parts.joined(separator: ", ")); \(time(seconds, left: left))"
    }

    private func bounds(_ progress: RunProgress) -> String? {
        guard let upper = progress.upper else { return nil }
        let prices = progress.prices.map { "price \($0 + 1), " } ?? ""
        guard let lower = progress.lower else { return "\(prices)? to \(Format.fixed(upper, 6))" }
        return "\(prices)\(Format.fixed(lower, 6)) to \(Format.fixed(upper, 6)), gap \(Format.fixed(upper - lower, 6))"
    }

    private func amount(_ progress: RunProgress) -> String {
        let unit = progress.upper == nil ? unit : "beliefs"
        let done = Format.count(progress.steps)
        return progress.total.map { "\(done) of \(Format.count($0)) \(unit)" } ?? "\(done) \(unit)"
    }

    /// Steps a second; nil while none is known. Bounds close at no rate.
    private func rate(_ progress: RunProgress, _ seconds: Double) -> Double? {
        let steps = Double(progress.steps - progress.before)
        return steps > 0 && seconds > 0 && progress.upper == nil ? steps / seconds : nil
    }

    private func speed(_ rate: Double) -> String {
        if rate >= 10 { return "\(Format.count(Int(min(rate, 1e15))))/s" }
        return rate >= 1 ? "\(Format.fixed(rate, 1))/s" : "\(Format.fixed(1 / rate, 1)) s each"
    }

    private func time(_ seconds: Double, left: Double?) -> String {
        let rest = limit.map { max(0, $0 - seconds) }
        switch (left, rest) {
        case (let left?, let rest?): return "\(Self.duration(min(left, rest))) left"
        case (let left?, nil): return "\(Self.duration(left)) left"
        case (nil, let rest?):
            return "\(Self.duration(seconds.rounded(.down))) so far, at most \(Self.duration(rest)) left"
        case (nil, nil): return "\(Self.duration(seconds.rounded(.down))) so far"
        }
    }

    /// A span of time as people say it: `42 s`, `3 min 20 s`, `2 h 5 min`, `12 days`.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e14 else { return "ages" }
        let whole = Int(seconds.rounded(.up))
        if whole < 100 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min\(whole % 60 > 0 ? " \(whole % 60) s" : "")" }
        if whole < 48 * 3600 { return "\(whole / 3600) h\(whole / 60 % 60 > 0 ? " \(whole / 60 % 60) min" : "")" }
        return "\(Format.count(whole / 86_400)) days"
    }
}
