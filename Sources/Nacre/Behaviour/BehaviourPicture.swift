internal import Analysis
internal import GameModel
package import Output
internal import Scenarios

/// How users react, as bars.
extension BehaviourReport {
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
            let (bottom, top) = (rows - Double(row) - 0.82, rows - Double(row) - 0.18)
            var left = 0.0
            for (reaction, share) in probabilities.enumerated() where share > 0 {
                let name = game.reactions[reaction].name
                let corners = [(left, bottom), (left + share, bottom), (left + share, top), (left, top)]
                plot.region(
                    corners, fill: .number(reaction), label: labelled.insert(reaction).inserted ? name : nil)
                plot.name(name, inside: [corners])
                left += share
            }
            let never = probabilities.isEmpty ? ": never reached" : ""
            plot.row(
                "\(game.users[course.user]): \(game.responses[course.response].name)\(never)", y: (bottom + top) / 2)
        }
        return plot
    }
}
