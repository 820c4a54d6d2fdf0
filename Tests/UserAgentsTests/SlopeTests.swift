import GameModel
import Testing
import UserAgents

/// Derivatives that agents pass on, against central differences of what they answer.
@Suite("Derivatives of agents")
struct SlopeTests {
    private static let predictors: [LinearPredictor?] = [
        LinearPredictor(bias: 0.3, features: [0.5, -1.2], states: [0, 0.4, -0.2], turn: 0.15),
        LinearPredictor(bias: -0.2, features: [1.1, 0.3], states: [0.1, 0, 0.6], turn: -0.1), nil,
        LinearPredictor(bias: 0.1, features: [-0.4, 0.8], states: [0.2, -0.3, 0]),
    ]
    private static let score = MovePredictor(
        bias: 0.2, features: [0.7, -0.4], states: [0.1, -0.2, 0.3], reactions: [0, 0.4, -0.1, 0.2], inertia: 0.8)
    private static let quantal = QuantalResponseUser(
        predictors: predictors, rationality: 1.3, movement: .logit(score))
    private static let foresighted = ForesightedUser(quantal, foresight: 0.6)
    private static let tabular = TabularUser(
        reactions: Array(repeating: [[0.1, 0.2, 0, 0.7]], count: 3), movement: .logit(score))

    private static let slopes = [0.9, -0.4, 5.0, 0.3]
    private static let features = [0.35, 0.8]
    private static let (turn, state) = (3, 1)

    /// Every number that one of the agents has.
    private static let coefficients: [UserCoefficient] =
        [.rationality] + terms([.turn]).flatMap { term in (0..<4).map { .utility(reaction: $0, term) } }
        + terms([.inertia] + (0..<4).map { .reaction($0) }).map { .move($0) }

    private static func terms(_ own: [UserCoefficient.Term]) -> [UserCoefficient.Term] {
        [.bias] + own + (0..<2).map { .feature($0) } + (0..<3).map { .state($0) }
    }

    private static func dot(_ row: [Double]) -> Double { zip(row, slopes).reduce(0) { $0 + $1.0 * $1.1 } }

    /// What is differentiated, and the agent's own derivatives of it.
    struct Question: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let agent: any UserAgent
        let value: @Sendable (any UserAgent, [Double]) throws -> Double
        let pass: @Sendable (any UserAgent, inout AgentSlopes) throws -> Bool
    }

    private static func reactions(_ name: String, _ agent: any UserAgent) -> Question {
        Question(testDescription: "reactions, \(name)", agent: agent) { agent, features in
            dot(try agent.reactionProbabilities(turn: turn, state: state, response: 0, features: features))
        } pass: { agent, sum in
            try agent.addSlopes(
                reactions: slopes, turn: turn, state: state, response: 0, features: features, to: &sum)
        }
    }

    private static func utilities(_ name: String, _ agent: any UserAgent) -> Question {
        Question(testDescription: "utilities, \(name)", agent: agent) { agent, features in
            dot(
                try agent.reactionUtilities(turn: turn, state: state, response: 0, features: features).map { $0 ?? 0 })
        } pass: { agent, sum in
            try agent.addSlopes(
                utilities: slopes, turn: turn, state: state, response: 0, features: features, to: &sum)
        }
    }

    private static func moves(_ name: String, _ agent: any UserAgent, state: Int) -> Question {
        Question(testDescription: "moves, \(name), state \(state)", agent: agent) { agent, features in
            let move = try agent.moveProbabilities(
                state: state, stateCount: 3, response: 0, features: features, reaction: 1)
            return 0.9 * move.down - 0.4 * move.stay + 0.3 * move.up
        } pass: { agent, sum in
            try agent.addSlopes(
                moves: AdjacentMove(down: 0.9, stay: -0.4, up: 0.3), state: state, stateCount: 3, response: 0,
                features: features, reaction: 1, to: &sum)
        }
    }

    private static let questions =
        [
            reactions("quantal response", quantal), reactions("foresighted", foresighted),
            reactions("a table", tabular), utilities("quantal response", quantal),
            utilities("foresighted", foresighted),
        ]
        + (0..<3).flatMap {
            [
                moves("quantal response", quantal, state: $0), moves("foresighted", foresighted, state: $0),
                moves("a table", tabular, state: $0),
            ]
        }

    @Test("Are those of central differences, in every number and feature", arguments: questions)
    func differences(_ question: Question) throws {
        var sum = AgentSlopes(featureCount: 2)
        #expect(try question.pass(question.agent, &sum))
        let step = 1e-5
        for coefficient in Self.coefficients {
            guard let value = question.agent.value(of: coefficient) else {
                #expect(sum[coefficient] == 0, "\(coefficient) is no number of the agent")
                continue
            }
            let up = try #require(question.agent.setting(coefficient, to: value + step))
            let down = try #require(question.agent.setting(coefficient, to: value - step))
            let difference =
                try (question.value(up, Self.features) - question.value(down, Self.features)) / (2 * step)
            #expect(abs(sum[coefficient] - difference) < 1e-8, "\(coefficient)")
        }
        for feature in 0..<2 {
            func moved(_ by: Double) throws -> Double {
                var features = Self.features
                features[feature] += by
                return try question.value(question.agent, features)
            }
            #expect(abs(sum.features[feature] - (try moved(step) - moved(-step)) / (2 * step)) < 1e-8)
        }
    }

    @Test("Add to what is there")
    func adding() throws {
        let question = Self.questions[0]
        var (once, twice) = (AgentSlopes(featureCount: 2), AgentSlopes(featureCount: 2))
        #expect(try question.pass(question.agent, &once))
        for _ in 0..<2 { #expect(try question.pass(question.agent, &twice)) }
        #expect(once[.rationality] != 0 && once.features[1] != 0)
        #expect(twice[.rationality] == 2 * once[.rationality])
        #expect(twice.features == once.features.map { 2 * $0 })
    }

    @Test("Do not exist for best responses, nor for an agent that says nothing of them")
    func missing() throws {
        var best = Self.quantal
        best.rationality = .infinity
        for agent in [best, Silent()] as [any UserAgent] {
            var sum = AgentSlopes(featureCount: 2)
            #expect(try !Self.reactions("", agent).pass(agent, &sum))
        }
        var sum = AgentSlopes(featureCount: 2)
        #expect(try !Self.utilities("", Silent()).pass(Silent(), &sum))
        #expect(try !Self.moves("", Silent(), state: 0).pass(Silent(), &sum))
        #expect(sum.features == [0, 0])
    }
}

/// An agent that says no more than it must.
struct Silent: UserAgent {
    var dependsOnTurn: Bool { false }
    func reactionProbabilities(turn: Int, state: Int, response: Int, features: [Double]) throws(GameError) -> [Double] {
        [1]
    }
    func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove { .none }
}

@Suite("Forms of agents")
struct FormTests {
    private static let movement = MovePredictor(
        bias: 0.1, features: [0.2], states: [0, 0.3], reactions: [0, 0.4], inertia: 1)
    private static let quantal = QuantalResponseUser(
        predictors: [LinearPredictor(bias: 1, features: [2], states: [0, 3], turn: 4), nil], rationality: 1.5,
        movement: .logit(movement))

    @Test("Every number is part of the form, and foresight is not")
    func numbers() throws {
        let terms: [UserCoefficient.Term] = [
            .bias, .turn, .inertia, .feature(0), .state(0), .state(1), .reaction(0), .reaction(1),
        ]
        let all: [UserCoefficient] = [.rationality] + terms.flatMap { [.utility(reaction: 0, $0), .move($0)] }
        let present = all.filter { Self.quantal.value(of: $0) != nil }
        #expect(present.count == 13)
        var forms = [try #require(Self.quantal.form)]
        for coefficient in present {
            let changed = try #require(Self.quantal.setting(coefficient, to: 0.25))
            let form = try #require(changed.form)
            #expect(!forms.contains(form), "\(coefficient)")
            forms.append(form)
        }
        #expect(Self.quantal.setting(.foresight, to: 0.5)?.form == Self.quantal.form)
    }

    @Test("A reaction that is never given, a table and its moves are part of the form")
    func kinds() throws {
        var never = Self.quantal
        never.predictors[1] = LinearPredictor(features: [0], states: [0, 0])
        #expect(never.form != Self.quantal.form)
        let table = TabularUser(reactions: [[[1, 0]], [[0.5, 0.5]]], movement: .table([[.none], [.none]]))
        var other = table
        other.reactions[1][0] = [0.25, 0.75]
        var moving = table
        moving.movement = .table([[.none], [AdjacentMove(down: 0.5, stay: 0.5, up: 0)]])
        #expect(table.form != nil && table.form != other.form && table.form != moving.form)
        #expect(table.form?.items.first == .whole(1) && Self.quantal.form?.items.first == .whole(0))
    }

    @Test("Kinds with a name are told apart by it; an agent that says nothing has none")
    func names() {
        #expect(AgentForm(kind: "a") != AgentForm(kind: "b"))
        #expect(AgentForm(kind: "a").items == [.whole(2), .name("a")])
        #expect(Silent().form == nil)
    }
}
