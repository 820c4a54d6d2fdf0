import Calibration
import Foundation
import Testing

@Suite("Hidden states and latent types")
struct HiddenModelTests {
    private let design = HiddenDesign(
        types: ["patient", "hasty"], states: Simulated.states,
        reactionTerms: ["features", "state", "factor:type"].compactMap { Term($0) },
        moveTerms: ["features", "reaction"].compactMap { Term($0) })

    /// disclose, insist: bias, firmness, inquiry, strained, crisis, hasty.
    private let truth = HiddenParameters(
        prior: [0.6, 0.4], initial: [[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]],
        reactions: [-0.5, -0.8, 0.9, 0.2, 1.4, -1.5, -1.2, 1.1, -0.3, 0.5, 2.0, 1.0], moves: Simulated.moveTruth)

    private func blind(_ data: ObservedTransitions) -> ObservedTransitions {
        var data = data
        for index in data.transitions.indices {
            data.transitions[index].before = nil
            data.transitions[index].after = nil
        }
        return data
    }

    /// P(data) by summing over every type and path of states.
    private func enumerated(_ data: ObservedTransitions, _ model: HiddenModel, _ p: HiddenParameters) throws -> Double {
        let reactionModel = ModelDesign(kind: .reactions, terms: design.reactionTerms)
        let moveModel = ModelDesign(kind: .moves, terms: design.moveTerms)
        var total = 0.0
        for range in data.episodes {
            var likelihood = 0.0
            for type in 0..<2 {
                for code in 0..<Int(pow(3, Double(range.count)).rounded()) {
                    let path = (0..<range.count).map { code / Int(pow(3, Double($0)).rounded()) % 3 }
                    let jumps = zip(path, path.dropFirst()).contains { abs($0 - $1) > 1 }
                    guard !jumps else { continue }
                    var imagined = data
                    imagined.factors = [.init(name: "type", levels: ["patient", "hasty"])]
                    imagined.transitions = range.map { data.transitions[$0] }
                    for step in imagined.transitions.indices {
                        imagined.transitions[step].levels = [type]
                        imagined.transitions[step].before = path[step]
                        imagined.transitions[step].after = step + 1 < path.count ? path[step + 1] : nil
                    }
                    let reactions = try reactionModel.model(for: imagined).data
                    var log = reactions.model.logLikelihood(reactions.counts(), p.reactions)
                    if path.count > 1 {
                        let moves = try moveModel.model(for: imagined).data
                        log += moves.model.logLikelihood(moves.counts(), p.moves)
                    }
                    likelihood += p.prior[type] * p.initial[type][path[0]] * exp(log)
                }
            }
            total += log(likelihood)
        }
        return total
    }

    @Test("Forward–backward gives the sum over all types and paths")
    func likelihood() throws {
        let data = blind(try Simulated.conversations(5, turns: 4, seed: 8))
        let model = try HiddenModel(design, observed: data)
        let expected = try enumerated(data, model, truth)
        #expect(abs(model.logLikelihood(truth) - expected) < 1e-12 * abs(expected) * 10)
    }

    @Test("The score is the gradient of the likelihood")
    func gradient() throws {
        let data = blind(try Simulated.conversations(12, turns: 6, seed: 9))
        let model = try HiddenModel(design, observed: data)
        let (names, values) = model.gradient(truth)
        #expect(names.count == 1 + 4 + 12 + 6)
        for index in names.indices {
            var step = [Double](repeating: 0, count: names.count)
            step[index] = 1e-5
            let above = model.logLikelihood(model.moved(truth, by: step))
            step[index] = -1e-5
            let below = model.logLikelihood(model.moved(truth, by: step))
            #expect(abs((above - below) / 2e-5 - values[index]) < 1e-6 * max(1, abs(values[index])), "\(names[index])")
        }
    }

    @Test("Iterations never lower the likelihood, whatever the number of threads")
    func monotone() throws {
        let data = blind(try Simulated.conversations(80, turns: 6, seed: 10))
        let model = try HiddenModel(design, observed: data)
        var (parameters, values) = (truth, [Double]())
        parameters.reactions = parameters.reactions.map { $0 / 2 }
        for _ in 0..<25 {
            let (next, value) = try model.step(parameters)
            let (other, _) = try model.step(parameters, threads: 2)
            #expect(next == other)
            values.append(value)
            parameters = next
        }
        for (before, after) in zip(values, values.dropFirst()) { #expect(after >= before - 1e-9) }
        #expect(values[24] > values[0] + 1)
    }

    @Test("With every state seen, one iteration is the fit to what was seen")
    func observedStates() throws {
        var data = try Simulated.conversations(60, turns: 6, seed: 11)
        let one = HiddenDesign(
            types: ["anyone"], states: Simulated.states, reactionTerms: Simulated.reactionTerms,
            moveTerms: Simulated.moveTerms)
        let model = try HiddenModel(one, observed: data)
        let fit = try model.fit(HiddenFitSettings(precision: 0, starts: 1))
        let direct = try ModelDesign(kind: .reactions, terms: Simulated.reactionTerms).model(for: data).data.fit()
        for (a, b) in zip(fit.parameters.reactions, direct.coefficients) { #expect(abs(a - b) < 1e-6) }
        // The move after a conversation's last turn leads to a state that no reaction follows.
        for range in data.episodes { data.transitions[range.upperBound - 1].after = nil }
        let moves = try ModelDesign(kind: .moves, terms: Simulated.moveTerms).model(for: data).data.fit()
        for (a, b) in zip(fit.parameters.moves, moves.coefficients) { #expect(abs(a - b) < 1e-6) }
        #expect(fit.isConverged)
        let errors = try #require(fit.standardErrors)
        for (index, error) in direct.standardErrors.enumerated() { #expect(abs(errors[2 + index] / error - 1) < 1e-4) }
    }

    @Test("Latent types are recovered from simulated conversations")
    func types() throws {
        var draws = Simulated.Draws(seed: 12)
        var data = ObservedTransitions(
            responses: ["ask"], features: [], reactions: ["go_on", "leave"], conversations: (0..<600).map { "c\($0)" })
        for conversation in 0..<600 {
            let type = draws.choice([0.7, 0.3])
            for turn in 1...8 {
                let reaction = draws.choice(type == 0 ? [0.9, 0.1] : [0.4, 0.6])
                data.transitions.append(.init(conversation: conversation, turn: turn, response: 0, reaction: reaction))
            }
        }
        let mixture = HiddenDesign(
            types: ["a", "b"], states: [], reactionTerms: [Term("factor:type")].compactMap(\.self))
        let fit = try HiddenModel(mixture, observed: data).fit(HiddenFitSettings(precision: 0, starts: 2))
        #expect(fit.isConverged)
        let errors = try #require(fit.standardErrors)
        let share = max(fit.parameters.prior[0], fit.parameters.prior[1])
        #expect(abs(log(share / (1 - share)) - log(0.7 / 0.3)) < 4 * errors[0])
        let effect = abs(fit.parameters.reactions[1])
        #expect(abs(effect - (log(0.6 / 0.4) - log(0.1 / 0.9))) < 4 * errors[2])
    }

    @Test(
        "Speed of an iteration on 10⁶ transitions",
        .enabled(if: ProcessInfo.processInfo.environment["NACRE_FULL"] != nil, "set NACRE_FULL=1"))
    func speed() throws {
        let data = blind(try Simulated.conversations(125_000, turns: 8, seed: 13))
        let model = try HiddenModel(design, observed: data)
        #expect(model.transitionCount == 1_000_000)
        var parameters = truth
        for threads in [1, 2] {
            let start = clock()
            let elapsed = try ContinuousClock().measure {
                for _ in 0..<5 { parameters = try model.step(parameters, threads: threads).0 }
            }
            let processor = Double(clock() - start) / Double(CLOCKS_PER_SEC) / 5
            print(
                "EM on 10⁶ transitions, 2 types × 3 states, \(threads) threads: \(elapsed / 5) and \(processor) CPU s an iteration"
            )
        }
    }
}
