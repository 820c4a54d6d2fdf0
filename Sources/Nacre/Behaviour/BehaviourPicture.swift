internal import Analysis
internal import GameModel
package import Output
internal import Scenarios

/// How users react, as bars.
extension BehaviourReport {
    /// Shares below this have no room for a name.
    private static let namedShare = 0.09

    /// A bar per type and response, with a stretch per reaction, as long as it is probable.
    package var plot: SVGPlot {
        let courses = courses
        let rows = Double(courses.count)
        let state = shown.state.map { ", of those who are \(game.states[$0])" } ?? ""
        var plot = SVGPlot(
            title: "\(scenario.title): reactions in turn \(shown.turn)\(state)",
            x: PlotAxis("P(reaction | type, response)", from: 0, to: 1),
            y: PlotAxis("type and response", from: 0, to: rows).withoutNumbers, width: 900, height: 120 + 34 * rows)
        if let changes = original.changesText { plot.note(changes) }
        if let change, isMet {
            plot.note("With the least change of biases that meets the targets, \(change.findings.count) of them.")
        }
        if !isMet { plot.note("Infeasible targets are not applied: users are shown as the scenario has them.") }
        var labelled: Set<Int> = []
        for (row, course) in courses.enumerated() {
            let turn = course.turns[shown.turn - 1]
            let probabilities = shown.state.map { turn.reactions[$0] } ?? turn.meanReactions ?? []
            let (bottom, top) = (rows - Double(row) - 0.92, rows - Double(row) - 0.42)
            var left = 0.0
            for (reaction, share) in probabilities.enumerated() where share > 0 {
                let name = game.reactions[reaction].name
                // Colours repeat after eight; the second time they are paler.
                plot.region(
                    [(left, bottom), (left + share, bottom), (left + share, top), (left, top)],
                    colour: .number(reaction), opacity: reaction < 8 ? 0.75 : 0.35,
                    label: labelled.insert(reaction).inserted ? name : nil)
                if share >= Self.namedShare { plot.text(name, x: left + 0.008, y: bottom + 0.16) }
                left += share
            }
            let never = probabilities.isEmpty ? ": never reached" : ""
            plot.text(
                "\(game.users[course.user]): \(game.responses[course.response].name)\(never)", x: 0.004, y: top + 0.1)
        }
        return plot
    }
}
