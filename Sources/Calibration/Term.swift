/// What a predictor may depend on: one term of a model, a set of columns or a product of such sets.
///
/// `state` (one column per state but the reference), `response`, `features` (all) or `feature:NAME`, `turn` (t − 1),
/// `phase` (bands of turns), `reaction` (moves only), `factor:NAME`, `number:NAME`, and products such as `state*response`.
public struct Term: Sendable, Hashable, CustomStringConvertible {
    public enum Part: Sendable, Hashable {
        case state, response, features, turn, phase, reaction
        case feature(String)
        case factor(String)
        case number(String)
    }

    public let parts: [Part]
    public let description: String

    /// Reads a term; nil where it has a part that there is none of.
    public init?(_ text: String) {
        var parts: [Part] = []
        for piece in text.split(separator: "*", omittingEmptySubsequences: false) {
            guard let part = Self.part(piece) else { return nil }
            parts.append(part)
        }
        self.parts = parts
        description = text
    }

    private static func part(_ text: Substring) -> Part? {
        let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        let pieces = trimmed.split(separator: ":", maxSplits: 1).map(String.init)
        switch (pieces.first, pieces.count) {
        case ("state", 1): return .state
        case ("response", 1): return .response
        case ("features", 1): return .features
        case ("turn", 1): return .turn
        case ("phase", 1): return .phase
        case ("reaction", 1): return .reaction
        case ("feature", 2): return .feature(pieces[1])
        case ("factor", 2): return .factor(pieces[1])
        case ("number", 2): return .number(pieces[1])
        default: return nil
        }
    }
}

/// A column of a predictor, and the key that a scenario knows it by; nil where a scenario has no such coefficient.
public struct Column: Sendable, Equatable {
    /// The name in reports: `bias`, `empathy`, `strained*question`.
    public var name: String
    /// The key in a linear predictor of a scenario.
    public var scenarioKey: String?
    /// The type of user that the column is about; nil for all of them.
    var type: String?

    /// A product of two columns: it has a key where one of them only says which type of user is meant.
    func times(_ other: Column) -> Column {
        guard !name.isEmpty else { return other }
        var product = Column(name: "\(name)*\(other.name)", scenarioKey: nil)
        if type != nil, scenarioKey == "bias", other.type == nil {
            (product.scenarioKey, product.type) = (other.scenarioKey, type)
        } else if type == nil, other.type != nil, other.scenarioKey == "bias" {
            (product.scenarioKey, product.type) = (scenarioKey, other.type)
        }
        return product
    }
}

/// Terms, resolved against the vocabulary of observations: which columns there are, and their values in a transition.
struct Columns: Sendable {
    let columns: [Column]
    private let pieces: [[Piece]]

    private enum Piece: Sendable {
        case one
        case state(Int)
        case response(Int)
        case feature(Int)
        case turn
        case phase(Int)
        case reaction(Int)
        case level(Int, Int)
        case number(Int)
    }

    /// First turns of the phases after the first.
    private let phases: [Int]

    /// - Parameters:
    ///   - hasBias: whether the first column is 1.
    ///   - references: the level of each kind that has no column, by kind: state, response, reaction; factors use level 0.
    init(
        _ terms: [Term], of data: ObservedTransitions, phases: [Int], references: References, hasBias: Bool = true
    ) throws(CalibrationError) {
        self.phases = phases
        var columns = hasBias ? [Column(name: "bias", scenarioKey: "bias")] : []
        var pieces: [[Piece]] = hasBias ? [[.one]] : []
        for term in terms {
            var products: [(Column, [Piece])] = [(Column(name: "", scenarioKey: nil), [])]
            for part in term.parts {
                let options = try Self.options(part, data, phases, references, term)
                products = products.flatMap { head in
                    options.map { option in (head.0.times(option.0), head.1 + [option.1]) }
                }
            }
            columns += products.map(\.0)
            pieces += products.map(\.1)
        }
        self.columns = columns
        self.pieces = pieces
        let names = columns.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw CalibrationError("terms", "have the column \(twice) twice; each may stand once")
        }
    }

    struct References: Sendable {
        var state = 0
        var response = 0
        var reaction = 0
    }

    private static func options(
        _ part: Term.Part, _ data: ObservedTransitions, _ phases: [Int], _ references: References, _ term: Term
    ) throws(CalibrationError) -> [(Column, Piece)] {
        func named(_ names: [String], without reference: Int, key: Bool, _ piece: (Int) -> Piece) -> [(Column, Piece)] {
            names.indices.filter { $0 != reference }.map { index in
                (Column(name: names[index], scenarioKey: key ? names[index] : nil), piece(index))
            }
        }
        func index(_ name: String, in names: [String], _ kind: String) throws(CalibrationError) -> Int {
            guard let index = names.firstIndex(of: name) else {
                let known = names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
                throw CalibrationError(
                    "the term \(term)", "names the \(kind) '\(name)', which the mapping does not have; \(known)")
            }
            return index
        }
        switch part {
        case .state: return named(data.states, without: references.state, key: true) { .state($0) }
        case .response: return named(data.responses, without: references.response, key: false) { .response($0) }
        case .reaction: return named(data.reactions, without: references.reaction, key: true) { .reaction($0) }
        case .features: return named(data.features, without: -1, key: true) { .feature($0) }
        case .feature(let name):
            let index = try index(name, in: data.features, "feature")
            return [(Column(name: name, scenarioKey: name), .feature(index))]
        case .turn: return [(Column(name: "turn", scenarioKey: "turn"), .turn)]
        case .phase:
            return phases.indices.map { (Column(name: "phase\($0 + 2)", scenarioKey: nil), .phase($0)) }
        case .factor(let name):
            let factor = try index(name, in: data.factors.map(\.name), "factor")
            return data.factors[factor].levels.indices.dropFirst().map { level in
                let text = data.factors[factor].levels[level]
                // A shift for users of one type is a shift of that type's intercept.
                let column =
                    name == "type"
                    ? Column(name: "type=\(text)", scenarioKey: "bias", type: text)
                    : Column(name: "\(name)=\(text)", scenarioKey: nil)
                return (column, .level(factor, level))
            }
        case .number(let name):
            let index = try index(name, in: data.numbers, "number")
            return [(Column(name: name, scenarioKey: nil), .number(index))]
        }
    }

    /// The values of the columns in a transition; nil where one depends on something that was not observed.
    func values(_ transition: ObservedTransitions.Transition) -> [Double]? {
        var result: [Double] = []
        result.reserveCapacity(pieces.count)
        for column in pieces {
            var value = 1.0
            for piece in column {
                guard let factor = self.value(piece, transition) else { return nil }
                value *= factor
            }
            result.append(value)
        }
        return result
    }

    private func value(_ piece: Piece, _ transition: ObservedTransitions.Transition) -> Double? {
        switch piece {
        case .one: 1
        case .state(let index): transition.before.map { $0 == index ? 1 : 0 }
        case .response(let index): transition.response.map { $0 == index ? 1 : 0 }
        case .feature(let index):
            transition.features.indices.contains(index) && !transition.features[index].isNaN
                ? transition.features[index] : nil
        case .turn: Double(transition.turn - 1)
        case .phase(let index):
            phases.lastIndex { transition.turn >= $0 } == index ? 1 : 0
        case .reaction(let index): transition.reaction.map { $0 == index ? 1 : 0 }
        case .level(let factor, let level):
            transition.levels[factor] < 0 ? nil : transition.levels[factor] == level ? 1 : 0
        case .number(let index): transition.numbers[index].isNaN ? nil : transition.numbers[index]
        }
    }
}
