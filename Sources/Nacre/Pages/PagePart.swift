internal import InputErrors
internal import Scenarios

/// A part of a report page that can be left out, in the order in which they stand.
package enum PagePart: String, Sendable, CaseIterable {
    case scenario, outcomes, mix, comparison, answers, limits, frontier, boundary, sensitivity, suites, runs, sources
    case conversations, recipe

    /// What `--quick` leaves out: what has to search, or to try many numbers.
    package static let slow: Set<PagePart> = [.frontier, .boundary, .sensitivity]

    /// What the part is called on the page.
    var heading: String {
        switch self {
        case .scenario: "The scenario"
        case .outcomes: "What it leads to"
        case .mix: "If the users were others"
        case .comparison: "What differs"
        case .answers: "First answers, and why"
        case .limits: "Limits and their prices"
        case .frontier: "What could be had"
        case .boundary: "Where the best first answer changes"
        case .sensitivity: "What the result hangs on"
        case .suites: "Suites"
        case .runs: "Recorded runs"
        case .sources: "Where the numbers come from"
        case .conversations: "Typical conversations"
        case .recipe: "How to make this again"
        }
    }

    /// Parts by their names, separated by commas.
    ///
    /// - Throws: `InputError` for a name that is none, with the one that was probably meant.
    package static func list(_ text: String) throws -> Set<PagePart> {
        let names = text.split(separator: ",").map { $0.filter { $0 != " " } }
        return Set(
            try names.map { name in
                if let part = PagePart(rawValue: name) { return part }
                let all = allCases.map(\.rawValue)
                let hint = Scenario.suggestion(for: name, among: all).map { "did you mean \($0)?" }
                throw InputError(
                    "a report has no part '\(name)'; " + (hint ?? "there are \(all.joined(separator: ", "))"))
            })
    }
}
