import Calibration
import Foundation
import Testing

/// What is identified, and what a fit says, must not depend on the units of a column.
@Suite("Units of columns")
struct StandardisationTests {
    /// A column as a file may have it: unit · x + offset.
    struct Units: Sendable, CustomTestStringConvertible {
        var scale: Double
        var offset: Double
        var testDescription: String { "x · \(scale) + \(offset)" }
    }

    private static let units = [
        Units(scale: 1e-12, offset: 0), Units(scale: 1e9, offset: 0), Units(scale: 1, offset: 1e5),
        Units(scale: 86_400, offset: 1.7e9), Units(scale: 3_600_000, offset: 1.7e12), Units(scale: 1e-6, offset: 300),
        Units(scale: -1e150, offset: 1e151),
    ]

    /// Conversations with a number x that matters, and one of its own that does not change.
    ///
    /// - Parameter shift: how much likelier, in logits, a push is in every other conversation, and a leave in the others.
    static func observed(
        _ units: Units, second: Units = Units(scale: 1, offset: 0), shift: Double = 0
    ) -> ObservedTransitions {
        var draws = Simulated.Draws(seed: 91)
        var data = ObservedTransitions(
            states: ["calm", "tense"], responses: ["a"], features: [], reactions: ["stay", "push", "leave"],
            factors: [],
            numbers: ["x", "z"], conversations: (0..<60).map { "c\($0)" })
        for conversation in 0..<60 {
            for turn in 1...6 {
                let (x, z, state) = (4 * draws.unit() - 2, 2 * draws.unit() - 1, draws.unit() < 0.5 ? 0 : 1)
                let own = conversation % 2 == 0 ? (shift, 0) : (0, shift)
                let weights = [
                    1, exp(0.3 + 0.8 * x - 0.4 * z + own.0), exp(-0.5 - 0.6 * x + 0.7 * Double(state) + own.1),
                ]
                let reaction = draws.choice(weights.map { $0 / weights.reduce(0, +) })
                data.transitions.append(
                    .init(
                        conversation: conversation, turn: turn, before: state, response: 0, reaction: reaction,
                        numbers: [units.scale * x + units.offset, second.scale * z + second.offset]))
            }
        }
        return data
    }

    private static func model(_ data: ObservedTransitions, _ terms: [String]) throws -> DesignedModel {
        try ModelDesign(kind: .reactions, terms: terms.compactMap { Term($0) }).model(for: data)
    }

    private static func index(_ name: String, _ fit: ChoiceFit) throws -> Int {
        try #require(fit.parameters.firstIndex(of: name))
    }

    @Test(
        "A fit in any units is the fit in ordinary ones, with coefficients and errors in the units of the data",
        arguments: units)
    func invariance(units: Units) throws {
        let terms = ["state", "number:x", "number:z", "state*number:x"]
        let plain = try Self.model(Self.observed(.init(scale: 1, offset: 0)), terms)
        let other = try Self.model(Self.observed(units, second: .init(scale: 1e-4, offset: 1)), terms)
        let (expected, fit) = (try plain.data.fit(), try other.data.fit())
        #expect(abs(fit.logLikelihood - expected.logLikelihood) < 1e-6)
        #expect(abs(fit.aic - expected.aic) < 1e-6 && fit.problems.isEmpty)
        for name in ["utility.push.x", "utility.leave.tense*x", "utility.push.z"] {
            let index = try Self.index(name, fit)
            let scale = name.hasSuffix("z") ? 1e-4 : units.scale
            #expect(abs(fit.coefficients[index] * scale / expected.coefficients[index] - 1) < 1e-6, "\(name)")
            #expect(abs(fit.standardErrors[index] * abs(scale) / expected.standardErrors[index] - 1) < 1e-6)
            #expect(abs(fit.clusterErrors[index] * abs(scale) / expected.clusterErrors[index] - 1) < 1e-6)
        }
        let loss = try [plain, other].map { model in
            try model.data.crossValidated(Folds(clusters: 60, count: 5, seed: 1)).meanLoss
        }
        #expect(abs(loss[0] - loss[1]) < 1e-6)
        let boot = try zip([plain, other], [expected, fit]).map { model, fit in
            try #require(try model.data.bootstrapped(samples: 10, seed: 3, from: fit.coefficients).standardErrors)
        }
        let x = try Self.index("utility.push.x", fit)
        #expect(abs(boot[1][x] * abs(units.scale) / boot[0][x] - 1) < 1e-5)
    }

    @Test("Columns of one scale are left as they are, so that what was fitted before keeps its bytes")
    func untouched() throws {
        let data = try Simulated.conversations(20, turns: 8, seed: 5)
        let terms = ["features", "state", "turn"].compactMap { Term($0) }
        let fit = try ModelDesign(kind: .reactions, terms: terms).model(for: data).data.fit()
        var tens = data
        for index in tens.transitions.indices {
            tens.transitions[index].features = tens.transitions[index].features.map { $0 / 8 }
        }
        let scaled = try ModelDesign(kind: .reactions, terms: terms).model(for: tens).data.fit()
        // A power of two costs no digit, and neither column is touched.
        let index = try Self.index("utility.disclose.firmness", fit)
        #expect(abs(scaled.coefficients[index] - 8 * fit.coefficients[index]) < 1e-12)
    }

    @Test("A prior is one on the coefficient that the data have, whatever their units")
    func prior() throws {
        let terms = ["number:x", "number:z"]
        let plain = try Self.model(Self.observed(.init(scale: 1, offset: 0)), terms)
        let other = try Self.model(Self.observed(.init(scale: 1e-3, offset: 50)), terms)
        let expected = try plain.data.fit(.init(precision: 4e0), intercepts: plain.intercepts)
        // The same prior in these units, and the same for z, needs each its own precision: here only x has one.
        let only = plain.intercepts.union([
            try Self.index("utility.push.z", expected), try Self.index("utility.leave.z", expected),
        ])
        let one = try plain.data.fit(.init(precision: 4), intercepts: only)
        let two = try other.data.fit(.init(precision: 4e-6), intercepts: only)
        #expect(abs(one.logLikelihood - two.logLikelihood) < 1e-6)
        #expect(abs(one.effectiveParameters - two.effectiveParameters) < 1e-6)
        #expect(one.logLikelihood < (try plain.data.fit()).logLikelihood - 1e-3)
    }

    private func failure(_ data: ObservedTransitions, _ terms: [String]) throws -> String {
        let model = try Self.model(data, terms)
        return #expect(throws: CalibrationError.self) { try model.data.fit() }?.description ?? ""
    }

    @Test("What is constant, doubled or a sum is named as such, in units that are far from ordinary ones")
    func named() throws {
        var data = Self.observed(.init(scale: 3600, offset: 1.7e9))
        func replace(_ value: (Double, Double) -> Double) {
            for index in data.transitions.indices {
                let numbers = data.transitions[index].numbers
                data.transitions[index].numbers = [numbers[0], numbers[1], value(numbers[0], numbers[1])]
            }
        }
        data.numbers = ["x", "z", "w"]
        let terms = ["number:x", "number:z", "number:w"]
        replace { _, _ in 1.7e9 }
        var text = try failure(data, terms)
        #expect(text.contains("utility.push.bias, utility.push.w are collinear"))
        #expect(!text.contains("push.x") && !text.contains("push.z"))
        replace { x, _ in x }
        text = try failure(data, terms)
        #expect(text.contains("utility.push.x, utility.push.w") && !text.contains("push.z") && !text.contains("bias"))
        replace { x, z in x + 100 * z }
        text = try failure(data, terms)
        #expect(text.contains("utility.push.x, utility.push.z, utility.push.w") && !text.contains("bias"))
        replace { x, _ in x + 3600 }
        text = try failure(data, terms)
        #expect(text.contains("utility.push.bias, utility.push.x, utility.push.w") && !text.contains("push.z"))
        replace { _, z in z < 0 ? 1e-12 : -1e-12 }
        #expect(try Self.model(data, terms).data.fit().problems.isEmpty)
    }

    @Test(
        "Separation is found and signed in any units",
        arguments: [Units(scale: 1e-9, offset: 0), .init(scale: 60, offset: 1.7e9)])
    func separated(units: Units) throws {
        var data = Self.observed(units)
        for index in data.transitions.indices {
            data.transitions[index].reaction =
                (data.transitions[index].numbers[0] - units.offset) / units.scale > 0.5 ? 1 : 0
        }
        data.reactions = ["stay", "push"]
        let text = try failure(data, ["number:x"])
        #expect(text.contains("utility.push.x → +∞") && text.contains("separated"))
    }

    @Test("A prior on what is separated holds it, however weak it is")
    func held() throws {
        var data = Self.observed(.init(scale: 1, offset: 0))
        for index in data.transitions.indices {
            data.transitions[index].reaction = data.transitions[index].numbers[0] > 0.5 ? 1 : 0
        }
        data.reactions = ["stay", "push"]
        let model = try Self.model(data, ["number:x"])
        for precision in [1e-4, 1e-2, 1] {
            let fit = try model.data.fit(.init(precision: precision), intercepts: model.intercepts)
            #expect(fit.coefficients.allSatisfy { $0.isFinite } && fit.problems.count == 1)
        }
    }

    @Test("Millions of observations: the gradient ends at rounding, and rare choices are exact")
    func rounding() throws {
        var model = ChoiceModel(parameters: ["b.bias", "b.ask", "c.bias", "c.ask"])
        var observations: [ChoiceData.Observation] = []
        for (ask, counts) in [(0.0, [1e9, 2, 3]), (1, [2e9, 1, 1])] {
            let context = model.append([
                .init(category: 0, entries: []), .init(category: 1, entries: [.init(0, 1), .init(1, ask)]),
                .init(category: 2, entries: [.init(2, 1), .init(3, ask)]),
            ])
            for (category, count) in counts.enumerated() {
                observations.append(
                    .init(
                        cluster: Int(ask), context: context,
                        alternative: model.alternatives(of: context).lowerBound + category, weight: count))
            }
        }
        let fit = try ChoiceData(model: model, observations: observations, clusterCount: 2).fit()
        #expect(abs(fit.coefficients[0] - log(2e-9)) < 1e-6)
        #expect(abs(fit.coefficients[1] - log(0.25)) < 1e-6)
        #expect(abs(fit.coefficients[3] - log(1.0 / 6)) < 1e-6)
    }

    @Test("Hidden models: the same likelihood, estimates and errors in any units")
    func hidden() throws {
        func fit(_ units: Units) throws -> HiddenFit {
            // With types that there are: two types of users who are all alike go to infinity.
            let data = Self.observed(units, shift: 2)
            let design = HiddenDesign(
                types: ["one", "two"], states: [], reactionTerms: ["factor:type", "number:x"].compactMap { Term($0) })
            return try HiddenModel(design, observed: data).fit(.init(precision: 0, starts: 2, seed: 4))
        }
        func chain(_ units: Units) throws -> HiddenFit {
            var data = Self.observed(units)
            for index in data.transitions.indices { data.transitions[index].before = nil }
            let design = HiddenDesign(
                types: ["anyone"], states: [], reactionTerms: ["number:x", "number:z"].compactMap { Term($0) })
            return try HiddenModel(design, observed: data).fit(.init(precision: 0, starts: 1))
        }
        let plain = try chain(.init(scale: 1, offset: 0))
        for units in [Units(scale: 86_400, offset: 1.7e9), .init(scale: 1e-9, offset: 0)] {
            let other = try chain(units)
            #expect(abs(other.logLikelihood - plain.logLikelihood) < 1e-6)
            let x = try #require(plain.names.firstIndex(of: "utility.push.x"))
            #expect(abs(other.estimates[x] * units.scale / plain.estimates[x] - 1) < 1e-4)
            let errors = try (#require(plain.standardErrors), #require(other.standardErrors))
            #expect(abs(errors.1[x] * units.scale / errors.0[x] - 1) < 1e-3)
            let clustered = try (#require(plain.clusterErrors), #require(other.clusterErrors))
            #expect(abs(clustered.1[x] * units.scale / clustered.0[x] - 1) < 1e-3)
        }
        #expect(
            abs(try fit(.init(scale: 1e6, offset: 1e9)).logLikelihood - fit(.init(scale: 1, offset: 0)).logLikelihood)
                < 1e-4)
    }
}
