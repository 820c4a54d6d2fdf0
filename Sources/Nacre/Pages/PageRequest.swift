package import GameModel
internal import InputErrors
internal import Output
internal import Pages
package import Scenarios

/// A report as one HTML file that needs no other: what is to stand on it.
///
/// Everything is computed here; what stands where is in the templates of ``Pages``.
package struct PageRequest {
    /// Policies by name or file, at least one.
    package var policies: [String]
    /// Runs of the store, by number.
    package var runs: [Int64] = []
    package var store: String?
    package var without: Set<PagePart> = []
    /// Conversations that are played, over all policies.
    package var conversations = 200
    /// Conversations for paired differences between policies.
    package var episodes = 20_000
    /// How long each part may take, in seconds.
    package var seconds = 60.0
    package var seed: UInt64 = 1
    /// How the page was asked for, as it could be typed again.
    package var command = ""
    package var takesForesight = true

    package init(policies: [String]) { self.policies = policies }

    /// Makes the page.
    ///
    /// - Parameter control: where it stops the work, parts that were not finished say so.
    /// - Throws: `InputError` for names that lead nowhere; `StoreError` for runs that are not there.
    /// - Complexity: an evaluation per policy and slider position, an adjoint pass per response and opening, and a search for the trade-off.
    package func report(_ scenario: Scenario, _ control: RunControl) throws -> PageReport {
        let named = try policies.map { try NamedPolicy($0, scenario: scenario, note: control.note) }
        let builder = PageBuilder(
            request: self, subject: PageSubject(scenario, policies: named), control: control,
            stored: try StoredRuns(runs, store: store, note: control.note))
        return try builder.report()
    }
}

/// A finished page.
package struct PageReport: Report {
    package let html: String
    /// The parts that are on it, and what was left out or not finished, with the reason.
    let parts: [PagePart]
    let absent: [String]
    let unfinished: [PagePart]
    let scenario: Scenario
    let policies: [String]

    /// Whether a part ran out of time.
    package var isComplete: Bool { unfinished.isEmpty }

    package func text() -> String {
        let left = absent.map { "  left out: \(Escaped.line($0))\n" }.joined()
        let open = unfinished.map { "  not finished: \($0.rawValue)\n" }.joined()
        return "\(scenario.heading)\n\(Format.count(html.utf8.count)) bytes, \(parts.count) parts\n" + left + open
    }

    package func json() -> JSONValue {
        let members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "policies": .strings(policies), "bytes": .integer(html.utf8.count),
            "sha256": .string(ContentHash.sha256(html)), "parts": .strings(parts.map(\.rawValue)),
            "left_out": .strings(absent), "unfinished": .strings(unfinished.map(\.rawValue)),
            "complete": .bool(isComplete),
        ]
        return .object(scenario.withAssumptions(members))
    }
}
