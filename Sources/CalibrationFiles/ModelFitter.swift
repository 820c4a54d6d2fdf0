package import Calibration
internal import Foundation
package import GameModel
internal import Scenarios

/// Fits the models of a mapping file.
package struct ModelFitter {
    let mapping: CalibrationMapping
    let data: ObservedTransitions
    let request: FitRequest
    let control: RunControl
    /// Which labels may be wrong.
    let misread: MisreadLabels
    /// Fewer conversations than this say too little about how they differ.
    static let fewestClusters = 20

    package init(
        _ mapping: CalibrationMapping, _ data: ObservedTransitions, _ request: FitRequest,
        _ control: RunControl = RunControl()
    ) throws(DataError) {
        misread = try MisreadLabels(request.confusion, mapping)
        self.control = control
        self.mapping = mapping
        self.data = data
        self.request = request
    }

    func index(_ name: String?, in names: [String], _ model: String, _ key: String) throws(CalibrationError)
        -> Int
    {
        guard let name else { return 0 }
        guard let index = names.firstIndex(of: name) else {
            throw CalibrationError(
                "models.\(model).\(key)", "is '\(name)'; it must be one of \(names.joined(separator: ", "))")
        }
        return index
    }

    func terms(_ texts: [String], _ model: String) throws(CalibrationError) -> [Term] {
        var terms: [Term] = []
        for text in texts {
            guard let term = Term(text) else {
                throw CalibrationError(
                    "models.\(model).terms",
                    "has '\(text)'; a term is state, response, features, feature:NAME, turn, phase, "
                        + "reaction, factor:NAME, number:NAME, or a product of such with *")
            }
            terms.append(term)
        }
        return terms
    }

    /// The rows whose factors have the given levels.
    func rows(
        _ chosen: [String: [String]], _ model: CalibrationMapping.Model
    ) throws(CalibrationError) -> ObservedTransitions {
        var rows = data
        for (factor, levels) in chosen.sorted(by: { $0.key < $1.key }) {
            let position = try index(factor, in: data.factors.map(\.name), model.name, "only")
            var wanted: Set<Int> = []
            for level in levels {
                wanted.insert(try index(level, in: data.factors[position].levels, model.name, "only.\(factor)"))
            }
            rows.transitions.removeAll { !wanted.contains($0.levels[position]) }
        }
        return rows
    }

    package func design(_ model: CalibrationMapping.Model, _ terms: [String]) throws(CalibrationError) -> ModelDesign {
        let kind = ModelDesign.Kind(rawValue: model.kind) ?? .reactions
        let categories =
            kind == .reactions ? categories(model) : kind == .ending ? ["goes_on", "ends"] : data.states
        return ModelDesign(
            kind: kind, terms: try self.terms(terms, model.name),
            reference: kind == .moves ? 0 : try index(model.reference, in: categories, model.name, "reference"),
            referenceState: try index(model.referenceState, in: data.states, model.name, "reference_state"),
            referenceResponse: try index(model.referenceResponse, in: data.responses, model.name, "reference_response"),
            phases: mapping.phases, prefix: model.user.map { "users.\($0)" } ?? "")
    }

    package func fit(_ model: CalibrationMapping.Model) throws -> FittedModel {
        let rows = try oneVersusRest(try rows(model.only, model), model)
        let designed = try design(model, model.terms).model(for: rows)
        let settings = ChoiceFitSettings(precision: model.precision)
        let fit = try located(model) { () throws(CalibrationError) in
            try designed.data.fit(settings, intercepts: designed.intercepts)
        }
        var remarks: [String] = []
        let bootstrap = try bootstrap(fit.conversations, &remarks) {
            try designed.data.bootstrapped(
                samples: request.bootstraps, seed: request.seed, settings, intercepts: designed.intercepts,
                from: fit.coefficients, threads: request.threads, control: control)
        }
        let turns = designed.data.observations.count
        let heldOut = try heldOut(model, designed, rows, settings, &remarks)
        let transfer = control.shouldStop() || control.isPart ? nil : try transfer(model, settings, &remarks)
        let checks = try unlessStopped(&remarks) { () throws(CalibrationError) in
            try self.checks(model, designed, fit, rows)
        }
        return FittedModel(
            name: model.name, user: model.user, designed: designed, fit: fit, bootstrap: bootstrap, heldOut: heldOut,
            transfer: transfer, isClustered: fit.conversations >= Self.fewestClusters && turns > fit.conversations,
            isAgainstOthers: model.againstOthers != nil, checks: checks,
            remarks: remarks)
    }

    /// Checks of whole conversations; none, with the reason, where the work was to end before they were done.
    func unlessStopped(
        _ remarks: inout [String], _ body: () throws(CalibrationError) -> [NamedCheck]
    ) throws(CalibrationError) -> [NamedCheck] {
        do { return try body() } catch {
            guard control.shouldStop() else { throw error }
            remarks.append("No check of whole conversations: it was interrupted.")
            return []
        }
    }

    /// The bootstrap that was asked for, where there are conversations to draw.
    func bootstrap(_ conversations: Int, _ remarks: inout [String], _ draw: () throws -> Bootstrap) rethrows
        -> Bootstrap?
    {
        guard request.bootstraps > 0 else { return nil }
        guard conversations > 1 else {
            remarks.append("No bootstrap: one conversation says nothing of how conversations differ.")
            return nil
        }
        let drawn = try draw()
        if drawn.samples < request.bootstraps {
            remarks.append("Interrupted: \(drawn.samples) of \(request.bootstraps) bootstrap samples were drawn.")
            return drawn.estimates.count < 2 ? nil : drawn
        }
        if drawn.estimates.count < 2 {
            remarks.append(
                "No bootstrap errors: \(drawn.failures) of \(request.bootstraps) samples could not be fitted.")
        }
        return drawn
    }

    /// How conversations are dealt, for a model that uses some of them; nil, with the reason, where they cannot be.
    func folds(_ used: some Sequence<Int>, _ remarks: inout [String]) throws(CalibrationError) -> Folds? {
        guard request.folds > 0 else { return nil }
        guard Set(used).count > 1 else {
            remarks.append("No held-out loss: the model is about one conversation, which cannot be divided into folds.")
            return nil
        }
        return try Folds(clusters: data.conversations.count, count: request.folds, seed: request.seed)
    }

    /// The held-out loss of one line, or nil and the reason why there is none.
    func held<Loss>(
        _ name: String, _ remarks: inout [String], _ body: () throws(CalibrationError) -> Loss
    ) -> Loss? {
        do { return try body() } catch {
            remarks.append("No held-out loss of '\(name)': \(error).")
            return nil
        }
    }

    private static let others = "others"

    private func categories(_ model: CalibrationMapping.Model) -> [String] {
        model.againstOthers.map { [Self.others, $0] } ?? data.reactions
    }

    /// The rows with one reaction against all others, where the model asks for that.
    func oneVersusRest(
        _ rows: ObservedTransitions, _ model: CalibrationMapping.Model
    ) throws(CalibrationError) -> ObservedTransitions {
        guard let name = model.againstOthers else { return rows }
        let one = try index(name, in: data.reactions, model.name, "against_others")
        var rows = rows
        rows.reactions = categories(model)
        for position in rows.transitions.indices {
            rows.transitions[position].reaction = rows.transitions[position].reaction.map { $0 == one ? 1 : 0 }
        }
        return rows
    }

    /// Whole conversations, with the lengths that they had and, where the model names one, with those of a model of the end.
    private func checks(
        _ model: CalibrationMapping.Model, _ designed: DesignedModel, _ fit: ChoiceFit, _ rows: ObservedTransitions
    ) throws(CalibrationError) -> [NamedCheck] {
        guard request.checks > 0, designed.obstacleToPlaying(rows) == nil else { return [] }
        return try named(model) { lengths throws(CalibrationError) in
            try designed.predictiveCheck(
                rows, fit: fit, lengths: lengths,
                samples: request.checks, seed: request.seed, threads: request.threads, control: control)
        }
    }

    func named(
        _ model: CalibrationMapping.Model,
        _ check: (PredictiveCheck.Lengths?) throws(CalibrationError) -> PredictiveCheck
    ) throws(CalibrationError) -> [NamedCheck] {
        try located(model) { () throws(CalibrationError) in
            var result = [NamedCheck(name: "with the lengths that were observed", check: try check(nil))]
            if let name = model.ending {
                guard let ending = mapping.models.first(where: { $0.name == name }), ending.kind == "ending" else {
                    throw CalibrationError("ending", "is '\(name)', which is no model with 'fit: ending'")
                }
                let designed = try design(ending, ending.terms).model(for: try rows(ending.only, ending))
                let fit = try designed.data.fit(
                    ChoiceFitSettings(precision: ending.precision), intercepts: designed.intercepts)
                let lengths = PredictiveCheck.Lengths(model: designed, fit: fit)
                result.append(.init(name: "with the lengths of the model '\(name)'", check: try check(lengths)))
            }
            return result
        }
    }

    func located<Value>(
        _ model: CalibrationMapping.Model, _ body: () throws(CalibrationError) -> Value
    ) throws(CalibrationError) -> Value {
        do { return try body() } catch { throw located(model, error) }
    }

    /// An error that says in which model it was.
    func located(_ model: CalibrationMapping.Model, _ error: CalibrationError) -> CalibrationError {
        CalibrationError("models.\(model.name): \(error.place)", error.problem)
    }

    /// The model next to what it must beat: shares alone, and shares by state. What cannot be fitted to every fold is left out,
    /// with the reason; without the model itself there is nothing to compare.
    private func heldOut(
        _ model: CalibrationMapping.Model, _ designed: DesignedModel, _ rows: ObservedTransitions,
        _ settings: ChoiceFitSettings, _ remarks: inout [String]
    ) throws(CalibrationError) -> [HeldOutLine] {
        guard let folds = try folds(designed.data.observations.map(\.cluster), &remarks) else { return [] }
        // All are judged on the rows that the model itself can use.
        var usable = rows
        usable.transitions = designed.origin.map { rows.transitions[$0] }
        var candidates: [(String, [String])] = [("shares", [])]
        if usable.transitions.allSatisfy({ $0.before != nil }), data.states.count > 1 {
            candidates.append(("state", ["state"]))
        }
        let own = model.terms.isEmpty ? "model" : model.terms.joined(separator: " + ")
        candidates.append((own, model.terms))
        var result: [HeldOutLine] = []
        for (name, terms) in candidates where !result.contains(where: { $0.name == name }) {
            let line = held(name, &remarks) { () throws(CalibrationError) -> HeldOutLine in
                let candidate = try design(model, terms).model(for: usable)
                let loss = try candidate.data.crossValidated(
                    folds, settings, intercepts: candidate.intercepts, threads: request.threads, control: control)
                return HeldOutLine(name: name, loss: loss, parameters: candidate.places.count)
            }
            if let line { result.append(line) }
        }
        return result.last?.name == own ? result : []
    }

    private func transfer(
        _ model: CalibrationMapping.Model, _ settings: ChoiceFitSettings, _ remarks: inout [String]
    ) throws(CalibrationError) -> Transfer? {
        guard !model.test.isEmpty else { return nil }
        let (known, tested) = (
            Set(try rows(model.only, model).conversationsUsed), Set(try rows(model.test, model).conversationsUsed)
        )
        guard known.isDisjoint(with: tested) else {
            throw CalibrationError("models.\(model.name).test", "shares conversations with 'only'; they must be apart")
        }
        var lines: [Transfer.Line] = []
        let all = try design(model, model.terms).model(for: data)
        let fit = try located(model) { () throws(CalibrationError) in
            try all.data.restricted { known.contains($0) }.fit(settings, intercepts: all.intercepts)
        }
        let logs = all.data.model.logProbabilities(fit.coefficients)
        lines.append(
            line("fitted to the others", all, logs: { _ in logs }, tested))
        let folds = try Folds(clusters: data.conversations.count, count: max(request.folds, 2), seed: request.seed)
        for added in [nil] + model.rescue.map(Optional.some) {
            let name = "fitted to all, held out by conversation" + (added.map { ", with \($0)" } ?? "")
            let designed = try design(model, model.terms + (added.map { [$0] } ?? [])).model(for: data)
            let byFold = held(name, &remarks) { () throws(CalibrationError) -> [[Double]] in
                var logs: [[Double]] = []
                for fold in 0..<folds.count {
                    let part = try designed.data.restricted { folds.fold[$0] != fold }.fit(
                        settings, intercepts: designed.intercepts)
                    logs.append(designed.data.model.logProbabilities(part.coefficients))
                }
                return logs
            }
            if let byFold { lines.append(line(name, designed, logs: { byFold[folds.fold[$0]] }, tested)) }
        }
        return Transfer(categories: all.categories, lines: lines)
    }

    private func line(
        _ name: String, _ designed: DesignedModel, logs: (Int) -> [Double], _ tested: Set<Int>
    ) -> Transfer.Line {
        var (loss, weight) = (0.0, 0.0)
        var (predicted, observed) = (
            [Double](repeating: 0, count: designed.categories.count),
            [Double](repeating: 0, count: designed.categories.count)
        )
        for observation in designed.data.observations where tested.contains(observation.cluster) {
            let logs = logs(observation.cluster)
            loss -= observation.weight * logs[observation.alternative]
            weight += observation.weight
            observed[designed.data.model.category(of: observation.alternative)] += observation.weight
            for alternative in designed.data.model.alternatives(of: observation.context) {
                predicted[designed.data.model.category(of: alternative)] += observation.weight * exp(logs[alternative])
            }
        }
        return Transfer.Line(
            name: name, loss: loss / weight, weight: weight, predicted: predicted.map { $0 / weight },
            observed: observed.map { $0 / weight })
    }
}

extension ObservedTransitions {
    /// The conversations that have a transition, in order, once per transition.
    var conversationsUsed: [Int] { transitions.map(\.conversation) }
}
