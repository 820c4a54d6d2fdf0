internal import Calibration
internal import GameModel
internal import Scenarios

extension ModelFitter {
    package func fitHidden(_ model: CalibrationMapping.Model) throws -> FittedHidden {
        let types = model.types.isEmpty ? ["anyone"] : model.types
        let users = try users(model, types)
        let design = HiddenDesign(
            types: types, states: model.hiddenStates,
            reactionTerms: try terms(model.terms, model.name), moveTerms: try terms(model.moveTerms, model.name),
            reference: try index(model.reference, in: data.reactions, model.name, "reference"),
            referenceResponse: try index(model.referenceResponse, in: data.responses, model.name, "reference_response"),
            phases: mapping.phases, prefix: model.user.map { "users.\($0)" } ?? "")
        var rows = try rows(model.only, model)
        if !model.hiddenStates.isEmpty {
            for position in rows.transitions.indices { rows.transitions[position].before = nil }
        }
        let misreading = try misreading(of: model)
        let hidden = try located(model) { () throws(CalibrationError) in
            try HiddenModel(design, LatentChains(rows), misreading)
        }
        let anchor = try model.anchor.map { name throws(CalibrationError) in
            try index(name, in: data.reactions, model.name, "anchor")
        }
        let settings = HiddenFitSettings(precision: model.precision, seed: request.seed, threads: request.threads)
        let fit = try located(model) { () throws(CalibrationError) in
            try hidden.fit(settings, anchor: anchor, control: control)
        }
        var remarks: [String] = []
        let bootstrap = try bootstrap(fit.conversations, &remarks) {
            try hidden.bootstrapped(
                samples: request.bootstraps, seed: request.seed, from: fit, threads: request.threads, control: control)
        }
        let judged = try judged(model, hidden, rows, settings, anchor, &remarks)
        if !misreading.isEmpty, request.checks > 0 {
            remarks.append(
                "No check of whole conversations: what is played are reactions, and what was observed are labels.")
        }
        if !misreading.isEmpty, bootstrap != nil { remarks.append(Self.matrixIsCertain) }
        let isPlayed =
            misreading.isEmpty && request.checks > 0 && fit.covariance != nil && hidden.obstacleToPlaying(rows) == nil
        let checks = try unlessStopped(&remarks) { () throws(CalibrationError) in
            guard isPlayed else { return [] }
            return try named(model) { lengths throws(CalibrationError) in
                try hidden.predictiveCheck(
                    rows, fit: fit, lengths: lengths, samples: request.checks, seed: request.seed,
                    threads: request.threads, control: control)
            }
        }
        return FittedHidden(
            name: model.name, model: hidden, fit: fit, users: users, bootstrap: bootstrap,
            heldOut: judged?.lines ?? [], judged: judged?.data, unfinishedFolds: judged?.unfinished ?? 0,
            checks: checks,
            isClustered: fit.conversations >= Self.fewestClusters, remarks: remarks,
            misread: misreading.isEmpty
                ? nil : FittedHidden.Misread(kind: model.kind, misreading: misreading, naive: [:]))
    }

    /// The user of the scenario that each type is.
    private func users(
        _ model: CalibrationMapping.Model, _ types: [String]
    ) throws(CalibrationError) -> [String?] {
        if let user = model.user {
            guard types.count == 1, model.users.isEmpty else {
                throw CalibrationError(
                    "models.\(model.name).user",
                    "is one user, and there are \(types.count) types; 'users: {\(types[0]): …}' says which user each type is"
                )
            }
            return [user]
        }
        for type in model.users.keys.sorted() where !types.contains(type) {
            throw CalibrationError(
                "models.\(model.name).users",
                "has the type '\(type)'; it must be one of \(types.joined(separator: ", "))")
        }
        let names = model.users.values.sorted()
        if let twice = zip(names, names.dropFirst()).first(where: { $0 == $1 }) {
            throw CalibrationError("models.\(model.name).users", "gives the user '\(twice.0)' two types")
        }
        return types.map { model.users[$0] }
    }

    private struct Judged {
        var lines: [HeldOutLine]
        var data: ChoiceData
        var unfinished: Int
    }

    /// The hidden model next to what it must beat: shares alone, shares by the reaction before, and shares by the state before
    /// where that was observed. What cannot be fitted to every fold is left out, with the reason.
    private func judged(
        _ model: CalibrationMapping.Model, _ hidden: HiddenModel, _ rows: ObservedTransitions,
        _ settings: HiddenFitSettings, _ anchor: Int?, _ remarks: inout [String]
    ) throws(CalibrationError) -> Judged? {
        var usable = try self.rows(model.only, model)
        usable.addReactionBefore(named: Self.reactionBefore)
        usable.transitions.removeAll { $0.reaction == nil }
        guard let folds = try folds(usable.conversationsUsed, &remarks) else { return nil }
        var baselines = [("shares", [String]()), ("reaction before", ["factor:\(Self.reactionBefore)"])]
        if data.states.count > 1, usable.transitions.allSatisfy({ $0.before != nil }) {
            baselines.append(("state", ["state"]))
        }
        var lines: [HeldOutLine] = []
        var choices: ChoiceData?
        for (name, texts) in baselines {
            let design = ModelDesign(kind: .reactions, terms: try terms(texts, model.name))
            let candidate = try located(model) { () throws(CalibrationError) in try design.model(for: usable) }
            choices = choices ?? candidate.data
            let loss = held(name, &remarks) { () throws(CalibrationError) -> HeldOut in
                try candidate.data.crossValidated(
                    folds, ChoiceFitSettings(precision: model.precision), intercepts: candidate.intercepts,
                    threads: request.threads, control: control)
            }
            if let loss { lines.append(.init(name: name, loss: loss, parameters: candidate.places.count)) }
        }
        let own = held(model.name, &remarks) { () throws(CalibrationError) -> HiddenHeldOut in
            try hidden.crossValidated(folds, settings, anchor: anchor, threads: request.threads, control: control)
        }
        guard let own, let choices else { return nil }
        lines.append(.init(name: model.name, loss: own.loss, parameters: hidden.parameterCount))
        return Judged(lines: lines, data: choices, unfinished: own.unfinished)
    }

    static let matrixIsCertain = "Bootstrap errors take the confusion matrix for certain."

    private static let reactionBefore = "(reaction before)"
}

extension ObservedTransitions {
    /// Adds what the user did in the turn before, as a factor with `none` first.
    mutating func addReactionBefore(named name: String) {
        factors.append(.init(name: name, levels: ["none"] + reactions))
        for index in transitions.indices {
            let isFirst = index == 0 || transitions[index - 1].conversation != transitions[index].conversation
            transitions[index].levels.append(isFirst ? 0 : transitions[index - 1].reaction.map { $0 + 1 } ?? 0)
        }
    }
}
