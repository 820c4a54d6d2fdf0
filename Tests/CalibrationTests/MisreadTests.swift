import Calibration
import Foundation
import GameModel
import Testing

@Suite("Labels that may be wrong")
struct MisreadTests {
    private let states = [[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.0, 0.2, 0.8]]
    private let responses = [[0.9, 0.06, 0.04], [0.1, 0.85, 0.05], [0.05, 0.15, 0.8]]
    private let reactions = [[0.85, 0.1, 0.05], [0.2, 0.7, 0.1], [0.05, 0.05, 0.9]]

    /// disclose, insist: bias, firmness, inquiry, strained, crisis; bias, firmness, inquiry, disclose, insist, inertia.
    private let truth = HiddenParameters(
        prior: [1], initial: [[0.5, 0.3, 0.2]], reactions: Simulated.reactionTruth, moves: Simulated.moveTruth,
        responses: [[0.4, 0.3, 0.3], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6]])

    private let design = HiddenDesign(
        types: ["anyone"], states: Simulated.states, reactionTerms: Simulated.reactionTerms,
        moveTerms: Simulated.moveTerms)

    private func misreading() throws -> Misreading {
        Misreading(
            states: try ConfusionMatrix(names: Simulated.states, shares: states),
            responses: try ConfusionMatrix(names: Simulated.responses, shares: responses),
            reactions: try ConfusionMatrix(names: Simulated.reactions, shares: reactions),
            responseFeatures: Simulated.features)
    }

    /// P(labels) of one conversation by summing over every true state, response and reaction.
    private func enumerated(_ labels: [ObservedTransitions.Transition], _ p: HiddenParameters) -> Double {
        func extend(_ step: Int, _ state: Int) -> Double {
            guard step < labels.count else { return 1 }
            let label = labels[step]
            var total = 0.0
            for response in 0..<3 {
                for reaction in 0..<3 {
                    let features = Simulated.features[response]
                    let x = [1, features[0], features[1], state == 1 ? 1 : 0, state == 2 ? 1 : 0]
                    let utilities =
                        [0.0]
                        + (0..<2).map { row in
                            (0..<5).reduce(0.0) { $0 + p.reactions[5 * row + $1] * x[$1] }
                        }
                    let odds = utilities.map { exp($0) }
                    var value = p.responses[state][response] * odds[reaction] / odds.reduce(0, +)
                    value *= responses[response][label.response ?? 0] * reactions[reaction][label.reaction ?? 0]
                    value *= states[state][label.before ?? 0]
                    if step + 1 < labels.count {
                        let m = p.moves
                        let score =
                            m[0] + m[1] * features[0] + m[2] * features[1]
                            + (reaction == 1 ? m[3] : 0) + (reaction == 2 ? m[4] : 0)
                        let weights = [state > 0 ? exp(-score) : 0, exp(m[5]), state < 2 ? exp(score) : 0]
                        let onward = (0..<3).filter { weights[$0] > 0 }.reduce(0.0) {
                            $0 + weights[$1] / weights.reduce(0, +) * extend(step + 1, state + $1 - 1)
                        }
                        value *= onward
                    }
                    total += value
                }
            }
            return total
        }
        return (0..<3).reduce(0.0) { $0 + p.initial[0][$1] * extend(0, $1) }
    }

    @Test("Forward–backward gives the sum over all true states, responses and reactions")
    func likelihood() throws {
        let data = try Simulated.conversations(4, turns: 3, seed: 51)
        let model = try HiddenModel(design, LatentChains(data), misreading())
        let expected = data.episodes.reduce(0.0) { $0 + log(enumerated(data.transitions[$1].map { $0 }, truth)) }
        #expect(abs(model.logLikelihood(truth) - expected) < 1e-11 * abs(expected))
    }

    @Test("The score is the gradient of the likelihood, shares of true responses too")
    func gradient() throws {
        let data = try Simulated.conversations(15, turns: 5, seed: 52)
        let model = try HiddenModel(design, LatentChains(data), misreading())
        let (names, values) = model.gradient(truth)
        #expect(names.count == 2 + 6 + 10 + 6)
        #expect(names.contains("response.crisis.ask"))
        for index in names.indices {
            var step = [Double](repeating: 0, count: names.count)
            step[index] = 1e-5
            let above = model.logLikelihood(model.moved(truth, by: step))
            step[index] = -1e-5
            let below = model.logLikelihood(model.moved(truth, by: step))
            #expect(abs((above - below) / 2e-5 - values[index]) < 1e-6 * max(1, abs(values[index])), "\(names[index])")
        }
    }

    @Test("Iterations never lower the likelihood where everything may be misread")
    func monotone() throws {
        let data = try Simulated.conversations(60, turns: 6, seed: 53)
        let model = try HiddenModel(design, LatentChains(data), misreading())
        var (parameters, values) = (truth, [Double]())
        parameters.reactions = parameters.reactions.map { $0 / 2 }
        for _ in 0..<15 {
            let (next, value) = try model.step(parameters)
            values.append(value)
            parameters = next
        }
        for (before, after) in zip(values, values.dropFirst()) { #expect(after >= before - 1e-9) }
        #expect(values[14] > values[0] + 1)
    }

    @Test("Labels that are never wrong give the fit to what was seen", arguments: [ModelDesign.Kind.moves, .reactions])
    func identity(_ kind: ModelDesign.Kind) throws {
        let data = try Simulated.conversations(60, turns: 6, seed: 54)
        let unit = (0..<3).map { row in (0..<3).map { row == $0 ? 1.0 : 0 } }
        let design = ModelDesign(kind: kind, terms: kind == .moves ? Simulated.moveTerms : Simulated.reactionTerms)
        let plain = try design.model(for: data).data.fit()
        let hidden = try design.hidden(
            behind: data,
            Misreading(
                states: try ConfusionMatrix(names: Simulated.states, shares: unit),
                responses: try ConfusionMatrix(names: Simulated.responses, shares: unit),
                responseFeatures: Simulated.features)
        ).model
        let fit = try hidden.fit(HiddenFitSettings(precision: 0, starts: 1))
        #expect(fit.isConverged)
        for (index, name) in plain.parameters.enumerated() {
            let own = try #require(fit.names.firstIndex(of: name), "\(name)")
            #expect(abs(fit.estimates[own] - plain.coefficients[index]) < 1e-5, "\(name)")
        }
    }

    /// A chain of states with an inertia, and labels that are right with probability `accuracy`.
    private func mislabelled(_ conversations: Int, turns: Int, accuracy: Double, seed: UInt64) -> ObservedTransitions {
        var draws = Simulated.Draws(seed: seed)
        var data = ObservedTransitions(states: Simulated.states, conversations: (0..<conversations).map { "c\($0)" })
        func label(_ state: Int) -> Int {
            draws.choice((0..<3).map { $0 == state ? accuracy : (1 - accuracy) / 2 })
        }
        for conversation in 0..<conversations {
            var state = draws.choice([0.2, 0.6, 0.2])
            var before = label(state)
            for turn in 1...turns {
                let weights = [state > 0 ? exp(0.12) : 0, exp(1.3), state < 2 ? exp(-0.12) : 0]
                state += draws.choice(weights.map { $0 / weights.reduce(0, +) }) - 1
                let after = label(state)
                data.transitions.append(.init(conversation: conversation, turn: turn, before: before, after: after))
                before = after
            }
        }
        return data
    }

    private func evenMatrix(_ accuracy: Double, texts: Double) throws -> ConfusionMatrix {
        try ConfusionMatrix(
            names: Simulated.states,
            counts: (0..<3).map { row in (0..<3).map { texts * ($0 == row ? accuracy : (1 - accuracy) / 2) } })
    }

    @Test("Inertia from labels of accuracy 0.8 is far too small, and right behind them")
    func inertia() throws {
        let design = ModelDesign(kind: .moves, terms: [])
        for seed in 60..<66 {
            let data = mislabelled(80, turns: 30, accuracy: 0.8, seed: UInt64(seed))
            let naive = try design.model(for: data).data.fit()
            #expect(1.3 - naive.coefficients[1] > 3 * naive.clusterErrors[1])
            let fit = try design.hidden(behind: data, Misreading(states: evenMatrix(0.8, texts: 600))).model.fit(
                HiddenFitSettings(precision: 0, starts: 2))
            #expect(fit.isConverged)
            let index = try #require(fit.names.firstIndex(of: "move.inertia"))
            let error = try #require(fit.clusterErrors?[index])
            // Six draws within three standard errors: a false alarm in one of sixty seeds' choices, and these are fixed.
            #expect(abs(fit.estimates[index] - 1.3) < 3 * error)
        }
    }

    @Test("What the matrix adds to the errors is what moving it does to the estimates")
    func labelErrors() throws {
        let design = ModelDesign(kind: .moves, terms: [])
        let data = mislabelled(60, turns: 25, accuracy: 0.8, seed: 67)
        let matrix = try evenMatrix(0.8, texts: 200)
        func estimate(_ shares: [[Double]]) throws -> [Double] {
            let tilted = Misreading(states: try ConfusionMatrix(names: Simulated.states, shares: shares))
            return try design.hidden(behind: data, tilted).model.fit(
                HiddenFitSettings(precision: 0, tolerance: 1e-11, maximumIterations: 20_000, starts: 1)
            ).estimates
        }
        let fit = try design.hidden(behind: data, Misreading(states: matrix)).model.fit(
            HiddenFitSettings(precision: 0, tolerance: 1e-11, maximumIterations: 20_000, starts: 1))
        let added = try #require(fit.labelCovariance)
        let last = fit.names.count - 1
        var variance = 0.0
        for row in 0..<3 {
            for column in 0..<3 {
                func tilted(_ step: Double) -> [[Double]] {
                    var shares = matrix.shares
                    shares[row][column] *= exp(step)
                    shares[row] = shares[row].map { $0 / shares[row].reduce(0, +) }
                    return shares
                }
                let slope = (try estimate(tilted(1e-2))[last] - estimate(tilted(-1e-2))[last]) / 2e-2
                variance += slope * slope / (200 * matrix.shares[row][column])
            }
        }
        #expect(abs(added[last * fit.names.count + last] / variance - 1) < 0.01)
        let (all, own) = (try #require(fit.covariance), fit.names.count * last + last)
        #expect(all[own] > added[own])
    }

    @Test("A chain ends where a term was not observed, and what was left out is counted")
    func leftOut() throws {
        var data = try Simulated.conversations(20, turns: 6, seed: 68)
        data.transitions[3].features = []
        let design = ModelDesign(kind: .moves, terms: ["features"].compactMap { Term($0) })
        let (model, leftOut) = try design.hidden(behind: data, Misreading(states: evenMatrix(0.9, texts: 100)))
        #expect(leftOut.map(\.weight) == [1])
        // One conversation became two chains, each with the label of the state after its last turn.
        #expect(model.conversationCount == 21)
        #expect(model.transitionCount == 119 + 21)
        #expect(model.observationWeight == 119)
    }

    @Test("States of two labels, predicted states, and one label read twice are refused")
    func refusals() throws {
        let matrix = try evenMatrix(0.9, texts: 100)
        var data = try Simulated.conversations(3, turns: 4, seed: 69)
        #expect(throws: CalibrationError.self) {
            _ = try ModelDesign(kind: .nextState, terms: []).hidden(behind: data, Misreading(states: matrix))
        }
        data.transitions[1].before = ((data.transitions[0].after ?? 0) + 1) % 3
        #expect(throws: CalibrationError.self) {
            _ = try ModelDesign(kind: .moves, terms: []).hidden(behind: data, Misreading(states: matrix))
        }
        var talk = mislabelled(5, turns: 5, accuracy: 0.9, seed: 70)
        talk.reactions = talk.states
        for index in talk.transitions.indices { talk.transitions[index].reaction = talk.transitions[index].after }
        #expect(throws: CalibrationError.self) {
            _ = try ModelDesign(kind: .reactions, terms: ["state"].compactMap { Term($0) }).hidden(
                behind: talk, Misreading(states: matrix, reactions: matrix))
        }
    }
}

@Suite("Confusion matrices")
struct ConfusionMatrixTests {
    private let names = ["a", "b"]

    @Test("Counts become shares with what they rest on, in any order of names")
    func counts() throws {
        let matrix = try ConfusionMatrix(names: names, counts: [[8, 2], [1, 4]])
        #expect(matrix.shares == [[0.8, 0.2], [0.2, 0.8]])
        #expect(matrix.texts == [10, 5])
        let turned = try matrix.reordered(to: ["b", "a"])
        #expect(turned.shares == [[0.8, 0.2], [0.2, 0.8]])
        #expect(turned.texts == [5, 10])
        #expect(!matrix.isIdentity)
        #expect(try ConfusionMatrix(names: names, counts: [[8, 0], [0, 4]]).isIdentity)
    }

    @Test(
        "What is no matrix, or cannot be undone, is refused with the reason",
        arguments: [
            ([[8.0, 2], [0, 0]], "has no text"), ([[8.0, 2]], "is not square"), ([[8.0, 2], [1]], "is not square"),
            ([[8.0, -2], [1, 4]], "at least 0"), ([[8.0, .nan], [1, 4]], "at least 0"),
            ([[4.0, 4], [3, 3]], "is singular"),
        ])
    func refused(_ counts: [[Double]], _ reason: String) throws {
        let error = #expect(throws: CalibrationError.self) {
            _ = try ConfusionMatrix(names: names, counts: counts)
        }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("Shares that do not sum to 1, and names that are others, are refused")
    func others() throws {
        let sums = #expect(throws: CalibrationError.self) {
            _ = try ConfusionMatrix(names: names, shares: [[0.8, 0.3], [0.2, 0.8]])
        }
        #expect(sums?.description.contains("sums to 1.1") == true)
        let matrix = try ConfusionMatrix(names: names, shares: [[0.8, 0.2], [0.2, 0.8]])
        let unknown = #expect(throws: CalibrationError.self) { _ = try matrix.reordered(to: ["a", "c"]) }
        #expect(unknown?.description.contains("lacks c and has b") == true, "\(unknown?.description ?? "")")
    }
}
