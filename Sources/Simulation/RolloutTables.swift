package import GameModel

/// A game and a controller as alias tables: everything that a turn looks up.
package struct RolloutTables: Sendable {
    /// How many responses a row of ``responses`` has.
    package let responseCount: Int
    /// How many events a row of ``reactions`` has.
    package let eventCount: Int
    package let hiddenCount: Int
    package let stateCount: Int
    package let outcomeCount: Int
    package let observationCount: Int
    package let horizon: Int
    package let timeout: Int

    /// Joint draw of type, state and opening cue; the event's observation is the cue.
    package let opening: [AliasColumn]
    /// [nodes, |A|] draw of the response.
    package let responses: [AliasColumn]
    /// [slots, H, |A|, events] joint draw of reaction, next state and next cue. Where users have foresight
    /// [turns or 1, classes, branches, H, |A|, events], every branch padded to a multiple of ``groupFactor``.
    package let reactions: [AliasColumn]
    /// [classes, branches, observations] the next node's rows; those of node 0 where there is none: nobody goes there.
    package let successors: [NodeRows]
    /// Per opening cue, the first node's rows.
    package let initial: [NodeRows]
    /// [|C|, ``firstNodeCount``] draw of the first node where it is drawn, as an index in ``firstNodes``; otherwise empty.
    package let firstNodeDraws: [AliasColumn]
    package let firstNodeCount: Int
    package let firstNodes: [NodeRows]
    /// [H, |A|] stage payoff, undiscounted.
    package let stagePayoff: [Double]
    /// [H, |Ω|] outcome payoff, undiscounted.
    package let outcomePayoff: [Double]
    /// γ^{t−1} per turn from 1 to T + 1.
    package let discounts: [Double]
    /// 0, or the length of one turn's part of ``reactions``.
    package let turnStride: Int
    /// Times ``NodeRows/successors``, where a node's class (and branch) begins in ``reactions``; 0 where classes make no difference.
    package let groupFactor: Int
    /// 0, or the length of one response's part of a node's ``successors``.
    package let branchStride: Int

    /// - Complexity: O(slots · H · |A| · events + nodes · |A|).
    package init(game: Game, controller: Policy) {
        let events = EventList(game: game, tables: ReactionTables(game: game, controller: controller))
        responseCount = game.responses.count
        eventCount = events.count
        hiddenCount = game.hiddenCount
        stateCount = game.states.count
        outcomeCount = game.outcomes.count
        observationCount = game.observations.count
        horizon = game.horizon
        timeout = game.timeout
        opening = Self.openingColumns(game)
        let codes = (0..<game.responses.count).map { UInt32($0) }
        responses = (0..<controller.memory.nodeCount).flatMap {
            AliasTable.columns(probabilities: Array(controller.strategy(at: $0)), events: codes)
        }
        if game.foresight == nil {
            reactions = (0..<game.slots).flatMap { slot in events.columns(turn: slot + 1, group: 0) }
            turnStride = game.slots == 1 ? 0 : game.hiddenCount * game.responses.count * events.count
            groupFactor = 0
        } else {
            let size = game.hiddenCount * game.responses.count * events.count
            groupFactor = (size + game.observations.count - 1) / game.observations.count
            let (memory, padded) = (controller.memory, groupFactor * game.observations.count)
            turnStride = memory.kind.usesTurn ? 0 : memory.classCount * memory.branches * padded
            let filler = [AliasColumn](
                repeating: AliasColumn(threshold: 0, event: 0, alias: 0), count: padded - size)
            // With the turn in memory the classes of all turns stand one after the other.
            reactions = (1...game.horizon).flatMap { turn in
                memory.classRanges[turn - 1].flatMap { group in
                    let part = events.columns(turn: turn, group: group) + filler
                    return repeatElement(part, count: memory.branches).joined()
                }
            }
        }
        branchStride = controller.memory.branches == 1 ? 0 : game.observations.count
        let nodes = controller.memory.classes.enumerated().map { node, group in
            NodeRows(
                responses: UInt32(node * game.responses.count),
                successors: UInt32(group * controller.memory.branches * game.observations.count))
        }
        // The inner loop looks a successor up before it knows whether the event is an outcome: leave room for that.
        successors =
            controller.memory.successors.map { nodes[Int(max(0, $0))] }
            + [NodeRows](repeating: nodes[0], count: game.outcomes.count)
        initial = controller.memory.initial.map { nodes[$0.entries[0].node] }
        let draws = FirstNodeDraws(controller.memory)
        (firstNodeDraws, firstNodeCount) = (draws.columns, draws.width)
        firstNodes = draws.nodes.map { nodes[$0] }
        stagePayoff = (0..<game.hiddenCount).flatMap { hidden in
            let row = game.user(of: hidden) * game.responses.count
            return game.stagePayoff[row..<row + game.responses.count]
        }
        outcomePayoff = (0..<game.hiddenCount).flatMap { hidden in
            let row = game.user(of: hidden) * game.outcomes.count
            return game.outcomePayoff[row..<row + game.outcomes.count]
        }
        discounts = game.discounts
    }

    private static func openingColumns(_ game: Game) -> [AliasColumn] {
        var (probabilities, events): ([Double], [UInt32]) = ([], [])
        for hidden in 0..<game.hiddenCount {
            for cue in game.cues.indices {
                probabilities.append(
                    game.prior[game.user(of: hidden)] * game.initialState[hidden]
                        * game.cue[hidden * game.cues.count + cue])
                events.append(PackedEvent(low: cue, hidden: hidden, reaction: 0, ended: false).bits)
            }
        }
        return AliasTable.columns(probabilities: probabilities, events: events)
    }
}

/// A node of the controller's memory as the inner loop knows it: where its rows start, so that nothing is multiplied.
package struct NodeRows: Sendable, Equatable {
    /// In ``RolloutTables/responses``.
    package let responses: UInt32
    /// In ``RolloutTables/successors``.
    package var successors: UInt32
}

/// The draw of the first node, by opening cue; empty where every cue has one.
private struct FirstNodeDraws {
    private(set) var columns: [AliasColumn] = []
    private(set) var nodes: [Int] = []
    private(set) var width = 0

    init(_ memory: ControllerMemory) {
        guard memory.drawsFirstNode else { return }
        width = memory.initial.map(\.entries.count).max() ?? 0
        for start in memory.initial {
            let first = UInt32(nodes.count)
            nodes += start.entries.map(\.node)
            // Every row has the same number of columns; those beyond a cue's nodes have probability 0.
            let missing = [Double](repeating: 0, count: width - start.entries.count)
            let events = (0..<width).map { $0 < start.entries.count ? first + UInt32($0) : first }
            columns += AliasTable.columns(
                probabilities: start.entries.map(\.probability) + missing, events: events)
        }
    }
}

/// The joint events of a turn: one per ending reaction, and one per continuing reaction, move and cue.
private struct EventList {
    let game: Game
    let tables: ReactionTables
    /// Every row has the same number of events; impossible ones have probability 0.
    let count: Int

    init(game: Game, tables: ReactionTables) {
        self.game = game
        self.tables = tables
        count = game.reactions.reduce(0) { sum, reaction in
            if case .ends = reaction.effect { sum + 1 } else { sum + 3 * game.cues.count }
        }
    }

    func columns(turn: Int, group: Int) -> [AliasColumn] {
        (0..<game.hiddenCount).flatMap { hidden in
            game.responses.indices.flatMap { row(turn: turn, hidden: hidden, response: $0, group: group) }
        }
    }

    private func row(turn: Int, hidden: Int, response: Int, group: Int) -> [AliasColumn] {
        var (probabilities, events): ([Double], [UInt32]) = ([], [])
        let base = tables.row(turn: turn, hidden: hidden, response: response, group: group) * game.reactions.count
        let moves = (hidden * game.responses.count + response) * game.reactions.count
        for (index, reaction) in game.reactions.enumerated() {
            let probability = tables.reaction[base + index]
            let shown: Int
            switch reaction.effect {
            case .ends(let outcome):
                probabilities.append(probability)
                events.append(PackedEvent(low: outcome, hidden: hidden, reaction: index, ended: true).bits)
                continue
            case .continues: shown = index
            case .continuesShowing(let other): shown = other
            }
            let rank = game.shownReactions.firstIndex(of: shown) ?? 0
            for step in 0..<3 {
                let move = game.move[(moves + index) * 3 + step]
                let next = min(max(0, hidden + step - 1), game.hiddenCount - 1)
                for cue in game.cues.indices {
                    // A move that leaves the range has probability 0; its target only has to be a valid index.
                    probabilities.append(move == 0 ? 0 : probability * move * game.cue[next * game.cues.count + cue])
                    events.append(
                        PackedEvent(
                            low: game.observations.index(shown: rank, cue: cue), hidden: next, reaction: index,
                            ended: false
                        ).bits)
                }
            }
        }
        return AliasTable.columns(probabilities: probabilities, events: events)
    }
}
