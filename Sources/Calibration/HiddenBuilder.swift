/// Finds signatures and fills their tables of contexts.
struct HiddenBuilder {
    let design: HiddenDesign
    let extended: ObservedTransitions
    let reactionColumns: Columns
    let moveColumns: Columns
    var reactions: ChoiceModel
    var moves: ChoiceModel
    private(set) var readings: [Reading] = []
    private(set) var readingStart = [0]
    private let misreading: Misreading
    private var known: [[Double]: Int32] = [:]
    private var reactionContexts: [[Double]: Int] = [:]
    private var moveContexts: [[Double]: Int] = [:]
    private let dependsOnTurn: Bool
    private let dependsOnPhase: Bool
    /// Names of the states that shares of true responses are told apart by: helpers choose by the state that they see.
    let responseRows: [String]

    init(
        _ design: HiddenDesign, _ observed: ObservedTransitions, _ misreading: Misreading
    ) throws(CalibrationError) {
        self.design = design
        self.misreading = misreading
        var extended = observed
        extended.transitions = []
        extended.factors.append(ObservedTransitions.Factor(name: "type", levels: design.types))
        if !design.states.isEmpty { extended.states = design.states }
        self.extended = extended
        let references = Columns.References(state: design.referenceState, response: design.referenceResponse)
        reactionColumns = try Columns(design.reactionTerms, of: extended, phases: design.phases, references: references)
        moveColumns = try Columns(design.moveTerms, of: extended, phases: design.phases, references: references)
        let names = reactionColumns.columns.map(\.name)
        let start = design.prefix.isEmpty ? "" : "\(design.prefix)."
        reactions = ChoiceModel(
            parameters: observed.reactions.indices.filter { design.hasReactions && $0 != design.reference }.flatMap {
                reaction in names.map { "\(start)utility.\(observed.reactions[reaction]).\($0)" }
            })
        let hasMoves = design.states.count > 1
        moves = ChoiceModel(
            parameters: hasMoves ? moveColumns.columns.map { "\(start)move.\($0.name)" } + ["\(start)move.inertia"] : []
        )
        let parts = (design.reactionTerms + design.moveTerms).flatMap(\.parts)
        dependsOnTurn = parts.contains(.turn)
        dependsOnPhase = parts.contains(.phase)
        let knowsState = !design.states.isEmpty || parts.contains(.state)
        responseRows = knowsState && !extended.states.isEmpty ? extended.states : [""]
    }

    mutating func signature(
        of transition: ObservedTransitions.Transition, _ index: Int, isClosing: Bool
    ) throws(CalibrationError) -> Int32 {
        let head = [
            Double(transition.before ?? -1), Double(transition.response ?? -1), Double(transition.reaction ?? -1),
            dependsOnTurn ? Double(transition.turn) : 0,
            dependsOnPhase ? Double(design.phases.count { transition.turn >= $0 }) : 0, isClosing ? 1 : 0,
        ]
        let key = head + transition.features + transition.levels.map(Double.init) + transition.numbers
        if let found = known[key] { return found }
        let number = Int32(known.count)
        known[key] = number
        for type in design.types.indices {
            for state in 0..<max(design.states.count, 1) {
                try addCell(transition, index, type: type, state: state, isClosing: isClosing)
                readingStart.append(readings.count)
            }
        }
        return number
    }

    private mutating func addCell(
        _ transition: ObservedTransitions.Transition, _ index: Int, type: Int, state: Int, isClosing: Bool
    ) throws(CalibrationError) {
        let isHidden = !design.states.isEmpty
        var reading = Reading()
        if isHidden, let before = transition.before {
            guard let matrix = misreading.states else {
                guard before == state else { return }
                return try addReadings(reading, transition, index, type: type, state: state, isClosing: isClosing)
            }
            guard matrix.shares[state][before] > 0 else { return }
            reading.cells.state = Int32(state * matrix.names.count + before)
        }
        try addReadings(reading, transition, index, type: type, state: state, isClosing: isClosing)
    }

    /// A reading for every true response and reaction that the labels can stand for.
    private mutating func addReadings(
        _ start: Reading, _ transition: ObservedTransitions.Transition, _ index: Int, type: Int, state: Int,
        isClosing: Bool
    ) throws(CalibrationError) {
        var (imagined, reading) = (transition, start)
        imagined.levels.append(type)
        if !design.states.isEmpty { imagined.before = state }
        // Nothing but the label of the state is known after the last turn.
        guard !isClosing else { return readings.append(reading) }
        for response in Self.truths(transition.response, misreading.responses) {
            imagined.response = response.truth
            if misreading.responses != nil, let truth = response.truth {
                reading.cells.response = response.cell
                let row = responseRows.count > 1 ? imagined.before ?? 0 : 0
                reading.response = Int32(row * extended.responses.count + truth)
                if !misreading.responseFeatures.isEmpty { imagined.features = misreading.responseFeatures[truth] }
            }
            for reaction in Self.truths(transition.reaction, misreading.reactions) {
                imagined.reaction = reaction.truth
                reading.cells.reaction = reaction.cell
                reading.reactionAlternative = try reactionAlternative(imagined, index)
                reading.moveContext = try moveContext(imagined, index, state: state)
                readings.append(reading)
            }
        }
    }

    /// What a label can stand for, with the cell of the matrix that says how often.
    private static func truths(_ label: Int?, _ matrix: ConfusionMatrix?) -> [(truth: Int?, cell: Int32)] {
        guard let matrix, let label else { return [(label, Reading.none)] }
        return matrix.names.indices.filter { matrix.shares[$0][label] > 0 }.map {
            ($0, Int32($0 * matrix.names.count + label))
        }
    }

    private mutating func reactionAlternative(
        _ imagined: ObservedTransitions.Transition, _ index: Int
    ) throws(CalibrationError) -> Int32 {
        guard let reaction = imagined.reaction, design.hasReactions else { return Reading.none }
        guard let values = reactionColumns.values(imagined) else { throw Self.unobserved(index, "reactions") }
        let context: Int
        if let found = reactionContexts[values] {
            context = found
        } else {
            context = reactions.append(
                ChoiceModel.choices(values, categories: extended.reactions.count, reference: design.reference))
            reactionContexts[values] = context
        }
        return Int32(reactions.alternatives(of: context).lowerBound + reaction)
    }

    private mutating func moveContext(
        _ imagined: ObservedTransitions.Transition, _ index: Int, state: Int
    ) throws(CalibrationError) -> Int32 {
        guard design.states.count > 1 else { return Reading.none }
        guard let values = moveColumns.values(imagined) else { throw Self.unobserved(index, "moves") }
        let key = [Double(state)] + values
        let context: Int
        if let found = moveContexts[key] {
            context = found
        } else {
            context = moves.append(ChoiceModel.moves(values, state: state, of: design.states.count))
            moveContexts[key] = context
        }
        return Int32(moves.alternatives(of: context).lowerBound)
    }

    private static func unobserved(_ index: Int, _ model: String) -> CalibrationError {
        CalibrationError("transition \(index + 1)", "lacks something that a term of the \(model) needs")
    }
}
