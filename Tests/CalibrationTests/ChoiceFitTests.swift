import Calibration
import Foundation
import GameModel
import Testing
import UserAgents

@Suite("Conditional and adjacent-category logit")
struct ChoiceFitTests {
    /// Observed counts of two categories in two groups.
    private func twoByTwo(_ counts: [[Double]], clusters: Int = 2) -> ChoiceData {
        var model = ChoiceModel(parameters: ["bias", "group"])
        var observations: [ChoiceData.Observation] = []
        for (group, row) in counts.enumerated() {
            let context = model.append([
                .init(category: 0, entries: []),
                .init(category: 1, entries: [.init(0, 1), .init(1, Double(group))]),
            ])
            for (category, count) in row.enumerated() where count > 0 {
                for cluster in 0..<clusters {
                    observations.append(
                        .init(
                            cluster: cluster, context: context,
                            alternative: model.alternatives(of: context).lowerBound + category,
                            weight: count / Double(clusters)))
                }
            }
        }
        return ChoiceData(model: model, observations: observations, clusterCount: clusters)
    }

    @Test("A saturated model gives log odds and their textbook errors")
    func logOdds() throws {
        let fit = try twoByTwo([[30, 10], [12, 28]]).fit()
        #expect(abs(fit.coefficients[0] - log(10.0 / 30)) < 1e-12)
        #expect(abs(fit.coefficients[1] - log(7.0)) < 1e-12)
        let inverses: [Double] = [30, 10, 12, 28].map { 1 / $0 }
        #expect(abs(fit.standardErrors[1] - inverses.reduce(0, +).squareRoot()) < 1e-12)
        let terms: [Double] = [30 * log(0.75), 10 * log(0.25), 12 * log(0.3), 28 * log(0.7)]
        let expected = terms.reduce(0, +)
        #expect(abs(fit.logLikelihood - expected) < 1e-11)
        #expect(abs(fit.aic - (4 - 2 * expected)) < 1e-11)
        #expect(abs(fit.bic - (2 * log(80) - 2 * expected)) < 1e-11)
        #expect(fit.residual <= fit.settings.tolerance)
    }

    @Test("Fitted rows are the users' own: reactions and moves in the parameters of a scenario")
    func sameParameters() throws {
        let data = try Simulated.conversations(40, turns: 10, seed: 3)
        let reactions = try ModelDesign(kind: .reactions, terms: Simulated.reactionTerms).model(for: data)
        let moves = try ModelDesign(kind: .moves, terms: Simulated.moveTerms).model(for: data)
        #expect(reactions.leftOut.isEmpty && moves.leftOut.isEmpty)
        let rows = reactions.data.model.logProbabilities(Simulated.reactionTruth)
        let moveRows = moves.data.model.logProbabilities(Simulated.moveTruth)
        for (index, transition) in data.transitions.enumerated() {
            let response = try #require(transition.response)
            let state = try #require(transition.before)
            let reaction = try #require(transition.reaction)
            let row = try Simulated.user.reactionProbabilities(
                turn: transition.turn, state: state, response: response, features: transition.features)
            #expect(abs(rows[reactions.data.observations[index].alternative] - log(row[reaction])) < 1e-12)
            let move = try Simulated.user.moveProbabilities(
                state: state, stateCount: 3, response: response, features: transition.features, reaction: reaction)
            let chosen = [move.down, move.stay, move.up][try #require(transition.after) - state + 1]
            #expect(abs(moveRows[moves.data.observations[index].alternative] - log(chosen)) < 1e-12)
        }
        #expect(reactions.places.first?.path == "utility.disclose.bias")
        #expect(moves.places.map(\.scenarioKey) == ["bias", "firmness", "inquiry", "disclose", "insist", "inertia"])
    }

    @Test("At the estimate the likelihood falls in every direction, with the curvature of the errors")
    func maximum() throws {
        let data = try Simulated.conversations(30, turns: 8, seed: 4)
        let designed = try ModelDesign(kind: .moves, terms: Simulated.moveTerms).model(for: data)
        let fit = try designed.data.fit()
        let counts = designed.data.counts()
        let order = fit.coefficients.count
        for index in 0..<order {
            var shifted = fit.coefficients
            let values = [-1e-3, 0, 1e-3].map { step -> Double in
                shifted[index] = fit.coefficients[index] + step
                return designed.data.model.logLikelihood(counts, shifted)
            }
            #expect(abs(values[2] - values[0]) < 1e-7)
            let curvature = (values[0] + values[2] - 2 * values[1]) / 1e-6
            #expect(curvature < 0)
            // The curvature is that of the information, whose inverse is the covariance.
            let row = (0..<order).map { fit.covariance[index * order + $0] }
            #expect(row[index] * -curvature >= 1 - 1e-4)
        }
    }

    @Test("A prior pulls coefficients in by the known amount, and not the intercepts")
    func prior() throws {
        // With a very strong prior the slope goes to 0 and the intercept to the pooled log odds.
        let fit = try twoByTwo([[30, 10], [12, 28]]).fit(ChoiceFitSettings(precision: 1e9), intercepts: [0])
        #expect(abs(fit.coefficients[1]) < 1e-6)
        #expect(abs(fit.coefficients[0] - log(38.0 / 42)) < 1e-6)
        #expect(abs(fit.effectiveParameters - 1) < 1e-6)
    }

    @Test("Copies within conversations shrink the usual errors and not the clustered ones")
    func clusters() throws {
        let data = try Simulated.conversations(60, turns: 4, seed: 5)
        var doubled = data
        doubled.transitions = data.transitions.flatMap { [$0, $0] }
        let design = ModelDesign(kind: .reactions, terms: Simulated.reactionTerms)
        let (one, two) = (try design.model(for: data).data.fit(), try design.model(for: doubled).data.fit())
        for index in one.coefficients.indices {
            #expect(abs(one.coefficients[index] - two.coefficients[index]) < 1e-9)
            #expect(abs(one.standardErrors[index] / two.standardErrors[index] - 2.squareRoot()) < 1e-8)
            #expect(abs(one.clusterErrors[index] / two.clusterErrors[index] - 1) < 1e-8)
        }
    }

    @Test("The clustered error of an intercept is that of a mean over conversations")
    func clusteredMean() throws {
        var model = ChoiceModel(parameters: ["bias"])
        let context = model.append([.init(category: 0, entries: []), .init(category: 1, entries: [.init(0, 1)])])
        let shares = [1.0, 3, 2, 4, 0, 3]
        let observations = shares.enumerated().flatMap { cluster, ones in
            [
                ChoiceData.Observation(cluster: cluster, context: context, alternative: 0, weight: 5 - ones),
                ChoiceData.Observation(cluster: cluster, context: context, alternative: 1, weight: ones),
            ].filter { $0.weight > 0 }
        }
        let fit = try ChoiceData(model: model, observations: observations, clusterCount: 6).fit()
        let p = shares.reduce(0, +) / 30
        let sum = shares.reduce(0) { $0 + ($1 - 5 * p) * ($1 - 5 * p) }
        #expect(abs(fit.clusterErrors[0] - (6.0 / 5 * sum).squareRoot() / (30 * p * (1 - p))) < 1e-12)
    }
}
