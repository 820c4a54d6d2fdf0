internal import Analysis
internal import GameModel
package import Scenarios
internal import Solver

/// Which objectives are to be held against each other.
package struct ObjectivesRequest {
    /// What a point of satisfaction is worth in α S − β R.
    package var alpha = 1.0
    /// What risk costs in α S − β R.
    package var beta = 2.0
    /// ε of S under R ≤ ε.
    package var risk = 0.1
    /// What bound − value may leave open, in each objective's units.
    package var gap = 1e-3
    /// How long the search for one objective may take.
    package var time: Duration?

    package init() {}

    /// - Throws: ``AnalysisError`` if users look ahead.
    /// - Complexity: a search over beliefs for the payoff and for α S − β R, some for each of the others.
    package func report(_ scenario: Scenario, _ control: RunControl) throws -> ObjectivesReport {
        let satisfaction = scenario.satisfaction.map { predictor in
            scenario.definition.responses.map { predictor.value(features: $0.features) }
        }
        let search = try ObjectiveSearch(
            scenario.definition, satisfaction: satisfaction, settings: BeliefPlannerSettings(gap: gap))
        let objectives: [ComparedObjective] = [
            .payoff, .constructive(alpha: alpha, beta: beta), .product, .limited(risk: risk),
        ]
        let asked = objectives.filter { !$0.needsSatisfaction || !satisfaction.isEmpty }
        var optima: [ObjectiveOptimum] = []
        for (index, objective) in asked.enumerated() where !control.shouldStop() {
            var own = control
            own.deadline = time.map { ContinuousClock.now.advanced(by: $0) }
            own.progress = { progress in
                var progress = progress
                progress.phase = "objective \(index + 1) of \(asked.count)"
                control.progress(progress)
            }
            optima.append(try search.optimum(objective, control: own))
        }
        return ObjectivesReport(
            scenario: scenario, request: self, optima: optima,
            missing: Array(objectives.filter { !asked.contains($0) }),
            unfinished: asked.count - optima.count,
            partings: Self.partings(optima, scenario))
    }

    private static func partings(_ optima: [ObjectiveOptimum], _ scenario: Scenario) -> [ObjectivesReport.Parting] {
        optima.indices.flatMap { first in
            optima.indices.dropFirst(first + 1).map { second in
                ObjectivesReport.Parting(
                    first: first, second: second,
                    parting: PolicyParting(optima[first].policy, optima[second].policy, game: scenario.game))
            }
        }
    }
}
