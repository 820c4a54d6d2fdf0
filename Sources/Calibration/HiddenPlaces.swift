extension HiddenModel {
    /// A coefficient of a scenario's user: the sum of coefficients of the hidden model.
    public struct Place: Sendable, Equatable {
        /// The reaction, or nil for moves.
        public var reaction: String?
        public var scenarioKey: String
        /// Indices into the coefficients of the reactions followed by those of the moves.
        public var parts: [Int]
    }

    /// The name of the reaction whose predictor is 0.
    public var referenceReaction: String { reactionLabels[design.reference] }

    /// Which shares have log-odds among the estimates of a fit, and where those stand.
    public func shareIndices(
        of fit: HiddenFit
    ) -> (prior: [(share: Int, position: Int)], initial: [[(share: Int, position: Int)]]) {
        let free = FreeShares(fit.parameters)
        var position = 0
        func numbered(_ shares: [Int]) -> [(share: Int, position: Int)] {
            defer { position += shares.count }
            return shares.enumerated().map { ($1, position + $0) }
        }
        let prior = numbered(free.prior)
        return (prior, free.initial.map(numbered))
    }

    /// The coefficients that a user of one type has in a scenario. Terms with `factor:type` shift those of their type.
    public func places(ofType type: Int) -> [Place] {
        var places: [Place] = []
        func add(_ column: Column, _ reaction: String?, _ index: Int) {
            guard let key = column.scenarioKey, column.type == nil || column.type == design.types[type] else { return }
            if let known = places.firstIndex(where: { $0.reaction == reaction && $0.scenarioKey == key }) {
                places[known].parts.append(index)
            } else {
                places.append(Place(reaction: reaction, scenarioKey: key, parts: [index]))
            }
        }
        var index = 0
        for reaction in reactionLabels.indices where design.hasReactions && reaction != design.reference {
            for column in reactionColumns.columns {
                add(column, reactionLabels[reaction], index)
                index += 1
            }
        }
        guard stateCount > 1 else { return places }
        for column in moveColumns.columns {
            if column.scenarioKey != "turn" { add(column, nil, index) }
            index += 1
        }
        add(Column(name: "inertia", scenarioKey: "inertia"), nil, index)
        return places
    }

    /// Types as they were observed; conversations of a type that the model does not have are an error.
    static func knownTypes(
        _ design: HiddenDesign, _ observed: ObservedTransitions, _ cluster: [Int]
    ) throws(CalibrationError) -> [Int] {
        guard design.types.count > 1, !observed.conversationTypes.isEmpty else { return cluster.map { _ in -1 } }
        var known: [Int] = []
        for conversation in cluster {
            guard let type = observed.conversationTypes[conversation] else {
                known.append(-1)
                continue
            }
            guard let index = design.types.firstIndex(of: observed.types[type]) else {
                throw CalibrationError(
                    "conversation \(observed.name(of: conversation))",
                    "was observed to be of type \(observed.types[type]); the model has "
                        + design.types.joined(separator: ", "))
            }
            known.append(index)
        }
        return known
    }
}

extension ObservedTransitions {
    func name(of conversation: Int) -> String {
        conversations.indices.contains(conversation) ? conversations[conversation] : "\(conversation + 1)"
    }

    /// The same without the factor of observed types, which a hidden model has of its own.
    var withoutTypeFactor: ObservedTransitions {
        guard let index = factors.firstIndex(where: { $0.name == "type" }) else { return self }
        var result = self
        result.factors.remove(at: index)
        for position in result.transitions.indices { result.transitions[position].levels.remove(at: index) }
        return result
    }
}
