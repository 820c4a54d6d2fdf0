internal import Calibration
internal import Output
internal import Scenarios

extension ModelFitter {
    /// The kinds of labels that matter to a model and may be wrong.
    ///
    /// - Throws: ``CalibrationError`` for a model that cannot take them.
    func misreading(of model: CalibrationMapping.Model) throws(CalibrationError) -> Misreading {
        var own = misread.misreading
        guard !own.isEmpty, model.kind != "effects" else { return Misreading() }
        if model.kind == "policy" {
            guard own.responses == nil else {
                throw CalibrationError(
                    "models.\(model.name).fit",
                    "is policy, which takes responses as they are labelled; leave their matrix out")
            }
            return Misreading()
        }
        let parts = try (terms(model.terms, model.name) + terms(model.moveTerms, model.name)).flatMap(\.parts)
        let isHidden = model.kind == "hidden"
        let knowsFeatures = parts.contains { if case .feature = $0 { true } else { $0 == .features } }
        if !parts.contains(.response), !knowsFeatures || !mapping.featureColumns.isEmpty { own.responses = nil }
        if model.kind != "reactions", !isHidden, !parts.contains(.reaction) { own.reactions = nil }
        let knowsState = model.kind == "moves" || model.kind == "next_state" || parts.contains(.state)
        if !knowsState || isHidden && !model.hiddenStates.isEmpty { own.states = nil }
        try checkColumns(model, parts)
        guard !own.isEmpty else { return Misreading() }
        if isHidden, own.states != nil {
            throw CalibrationError(
                "models.\(model.name).terms",
                "have the observed state, which --confusion says may be misread; give 'states', which are hidden behind it"
            )
        }
        if model.againstOthers != nil {
            throw CalibrationError(
                "models.\(model.name).against_others",
                "takes labels as they are: what all others are mistaken for depends on their shares. Fit all reactions")
        }
        return own
    }

    /// - Throws: ``CalibrationError`` for a factor or number that is read from labels which may be wrong.
    private func checkColumns(_ model: CalibrationMapping.Model, _ parts: [Term.Part]) throws(CalibrationError) {
        for part in parts {
            let column: String? =
                switch part {
                case .factor(let name): mapping.factors.first { $0.name == name }?.source.column
                case .number(let name): mapping.numbers.first { $0.name == name }?.number.column
                default: nil
                }
            guard let column, let kind = misread.columns[column] else { continue }
            throw CalibrationError(
                "models.\(model.name).terms",
                "depend on the column '\(column)' as it stands, whose labels (\(kind)) may be wrong; use state, response or reaction"
            )
        }
    }

    /// A model of reactions or moves whose labels may be wrong, fitted as one of what is hidden behind them.
    func fitMisread(_ model: CalibrationMapping.Model, _ misreading: Misreading) throws -> FittedHidden {
        let rows = try rows(model.only, model)
        let design = try design(model, model.terms)
        let moveTerms = try terms(model.moveTerms, model.name)
        let (hidden, leftOut) = try located(model) { () throws(CalibrationError) in
            try design.hidden(behind: rows, misreading, moveTerms: moveTerms)
        }
        let settings = HiddenFitSettings(precision: model.precision, seed: request.seed, threads: request.threads)
        let fit = try located(model) { () throws(CalibrationError) in try hidden.fit(settings, control: control) }
        var remarks = leftOut.map { "Left out: \($0.reason), \(Format.count(Int($0.weight.rounded()))) turns." }
        if request.folds > 0 || request.checks > 0 || !model.test.isEmpty {
            remarks.append(
                "No held-out loss and no checks: what is predicted are labels, and the model is about what is behind them."
            )
        }
        let bootstrap = try bootstrap(fit.conversations, &remarks) {
            try hidden.bootstrapped(
                samples: request.bootstraps, seed: request.seed, from: fit, threads: request.threads, control: control)
        }
        if bootstrap != nil { remarks.append(Self.matrixIsCertain) }
        let plain = try? design.model(for: rows)
        let naive = plain.flatMap { designed in
            try? designed.data.fit(ChoiceFitSettings(precision: model.precision), intercepts: designed.intercepts)
        }
        return FittedHidden(
            name: model.name, model: hidden, fit: fit, users: [model.user], bootstrap: bootstrap, heldOut: [],
            judged: nil,
            unfinishedFolds: 0, checks: [], isClustered: fit.conversations >= Self.fewestClusters, remarks: remarks,
            misread: FittedHidden.Misread(
                kind: model.kind, misreading: misreading,
                naive: naive.map { Dictionary(uniqueKeysWithValues: zip($0.parameters, $0.coefficients)) } ?? [:]))
    }
}
