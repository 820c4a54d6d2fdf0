import Calibration
import Testing

@Suite("What data cannot tell is named")
struct IdentificationTests {
    private func observed(_ rows: [(state: Int, response: Int, reaction: Int)]) -> ObservedTransitions {
        ObservedTransitions(
            states: ["calm", "crisis"], responses: ["a", "b", "c"], features: ["x", "y"], reactions: ["stay", "leave"],
            conversations: rows.indices.map { "c\($0)" },
            transitions: rows.enumerated().map { index, row in
                ObservedTransitions.Transition(
                    conversation: index, turn: 1, before: row.state, response: row.response,
                    features: [Double(row.response), 2 * Double(row.response)], reaction: row.reaction)
            })
    }

    private func failure(_ terms: [String], _ rows: [(state: Int, response: Int, reaction: Int)]) throws -> String {
        let design = ModelDesign(kind: .reactions, terms: terms.compactMap { Term($0) })
        let model = try design.model(for: observed(rows))
        let error = #expect(throws: CalibrationError.self) { try model.data.fit() }
        return error?.description ?? ""
    }

    private let mixed = [(0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 0, 0), (0, 1, 1), (1, 1, 0), (1, 1, 1), (0, 1, 0)]

    @Test("A term that never varies is not identified")
    func unidentified() throws {
        let text = try failure(["state", "response"], mixed)
        #expect(text.contains("utility.leave.c is not identified"))
        #expect(!text.contains("collinear"))
    }

    @Test("Features that are multiples of each other are collinear, and only they are named")
    func collinear() throws {
        let text = try failure(["state", "features"], mixed)
        #expect(text.contains("utility.leave.x, utility.leave.y are collinear"))
        #expect(!text.contains("crisis"))
    }

    @Test("Complete and quasi-complete separation are found and signed")
    func separated() throws {
        let complete = [(0, 0, 0), (0, 0, 0), (1, 0, 1), (1, 0, 1)]
        #expect(try failure(["state"], complete).contains("utility.leave.crisis → +∞"))
        let quasi = [(0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 0, 1), (0, 1, 0), (0, 1, 1)]
        let text = try failure(["state"], quasi)
        #expect(text.contains("utility.leave.crisis → +∞"))
        #expect(!text.contains("bias"))
    }

    @Test("A reaction that never occurs sends its intercept to −∞")
    func neverSeen() throws {
        #expect(try failure([], [(0, 0, 0), (1, 0, 0)]).contains("utility.leave.bias → −∞"))
    }

    @Test("With a prior the fit is finite and the problem is still told")
    func held() throws {
        let design = ModelDesign(kind: .reactions, terms: [Term("state")].compactMap(\.self))
        let model = try design.model(for: observed([(0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 0, 1)]))
        let fit = try model.data.fit(ChoiceFitSettings(precision: 0.1), intercepts: model.intercepts)
        #expect(fit.coefficients.allSatisfy { abs($0) < 10 })
        #expect(fit.problems == [.separated(["utility.leave.crisis → +∞"])])
    }

    @Test("Large but finite coefficients are not taken for separation")
    func large() throws {
        let rows = (0..<400).map { index in (index % 2, 0, index == 0 ? 1 : index == 1 ? 0 : index % 2) }
        let model = try ModelDesign(kind: .reactions, terms: [Term("state")].compactMap(\.self)).model(
            for: observed(rows))
        let fit = try model.data.fit()
        #expect(abs(fit.coefficients[1] - 2 * 5.293_304_824_724_492) < 1e-6)
    }

    @Test("Jumps over a state are left out of moves and counted")
    func jumps() throws {
        var data = observed(mixed)
        data.states = ["calm", "strained", "crisis"]
        for index in data.transitions.indices {
            data.transitions[index].before = index % 3
            data.transitions[index].after = 2 - index % 3
        }
        let jumps = data.transitions.count { abs(($0.after ?? 0) - ($0.before ?? 0)) > 1 }
        let model = try ModelDesign(kind: .moves, terms: []).model(for: data)
        #expect(jumps > 0)
        #expect(model.leftOut.map(\.weight) == [Double(jumps)])
        #expect(model.leftOut[0].reason.contains("jumped"))
    }
}
