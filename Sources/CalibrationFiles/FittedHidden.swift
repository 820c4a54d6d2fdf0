package import Calibration
internal import Foundation
internal import Output

/// A fitted model of hidden types and states.
package struct FittedHidden: Sendable {
    package let name: String
    package let model: HiddenModel
    package let fit: HiddenFit
    /// The user of the scenario that each type is; nil for a type that is none.
    package let users: [String?]
    package let bootstrap: Bootstrap?
    /// Held-out loss of the model and of its baselines, and the choices they are about; empty where folds were not asked for.
    package let heldOut: [HeldOutLine]
    package let judged: ChoiceData?
    /// Folds that had not converged.
    package let unfinishedFolds: Int
    package let checks: [NamedCheck]
    package let isClustered: Bool
    /// What was asked for and could not be had, with the reason.
    package let remarks: [String]
    /// Labels that may be wrong; nil where they are read as they are.
    package let misread: Misread?

    /// What is known of labels that may be wrong.
    package struct Misread: Sendable {
        /// As in the mapping: `reactions`, `moves` or `hidden`.
        package let kind: String
        package let misreading: Misreading
        /// Estimates from the labels as they are, by name.
        package let naive: [String: Double]
    }

    /// The covariance to report: clustered where there are enough conversations.
    package var covariance: [Double]? { isClustered ? fit.clusterCovariance : fit.covariance }
}

extension FittedHidden {
    /// What a scenario can have. Nothing where the fit did not converge, or where the data leave it without standard errors.
    package func block(source: String) -> FittedBlock {
        var block = FittedBlock(name: name)
        let boot = bootstrap?.standardErrors
        block.rows = fit.names.indices.map { index in
            .init(
                path: fit.names[index], estimate: fit.estimates[index], standardError: fit.standardErrors?[index],
                clusteredError: fit.clusterErrors.flatMap { $0[index].isNaN ? nil : $0[index] },
                bootstrapError: boot?[index])
        }
        guard fit.isConverged, let covariance else { return block }
        var sums: [[Int]] = []
        let shift = fit.names.count - fit.parameters.reactions.count - fit.parameters.moves.count
        for (type, user) in users.enumerated() {
            guard let user else { continue }
            if isAboutReactions { block.references[user] = model.referenceReaction }
            if isAboutTypes { block.coefficients += shares(type, user, source) }
            for place in model.places(ofType: type) where place.reaction == nil ? isAboutMoves : isAboutReactions {
                let indices = place.parts.map { $0 + shift }
                let variance = Self.product(indices, indices, covariance, fit.names.count)
                let coefficient = FittedCoefficient(
                    user: user, section: place.reaction.map { .utility($0) } ?? .move, key: place.scenarioKey,
                    value: FittedModel.rounded(
                        indices.reduce(0) { $0 + fit.estimates[$1] }, error: variance.squareRoot()),
                    comment: comment(source, variance.squareRoot()))
                block.coefficients.append(coefficient)
                block.paths.append(coefficient.path)
                sums.append(indices)
            }
        }
        block.covariance = sums.flatMap { row in sums.map { Self.product(row, $0, covariance, fit.names.count) } }
        return block
    }

    // Of a model of moves or reactions whose labels may be wrong, everything else is there to read the labels.

    private var isAboutReactions: Bool { misread?.kind != "moves" }
    private var isAboutMoves: Bool { misread?.kind != "reactions" }
    private var isAboutTypes: Bool { misread.map { $0.kind == "hidden" } ?? true }

    private func comment(_ source: String, _ error: Double) -> String {
        "source: \(source) (se \(FittedModel.shown(error)), n \(Format.count(Int(fit.observations))), \(misread == nil ? "hidden" : "behind labels"))"
    }

    /// Covariance of two sums of estimates.
    private static func product(_ a: [Int], _ b: [Int], _ covariance: [Double], _ order: Int) -> Double {
        a.reduce(0) { sum, row in b.reduce(sum) { $0 + covariance[row * order + $1] } }
    }

    /// The share of a type (where there are several) and its first states, with errors by the delta method.
    private func shares(_ type: Int, _ user: String, _ source: String) -> [FittedCoefficient] {
        var result: [FittedCoefficient] = []
        if users.count > 1 {
            let errors = shareErrors(fit.parameters.prior, model.shareIndices(of: fit).prior)
            result.append(
                FittedCoefficient(
                    user: user, section: .prior, key: "prior",
                    value: FittedYAML.wholeShares(fit.parameters.prior)[type],
                    comment: comment(source, errors[type])))
        }
        let initial = fit.parameters.initial[type]
        guard initial.count > 1 else { return result }
        let errors = shareErrors(initial, model.shareIndices(of: fit).initial[type])
        for (state, value) in FittedYAML.wholeShares(initial).enumerated() {
            result.append(
                FittedCoefficient(
                    user: user, section: .initial, key: model.design.states[state], value: value,
                    comment: comment(source, errors[state])))
        }
        return result
    }

    /// Standard errors of shares p_i from those of their log-odds η: ∂p_i/∂η_j = p_i (δ_ij − p_j).
    private func shareErrors(_ shares: [Double], _ indices: [(share: Int, position: Int)]) -> [Double] {
        guard let covariance else { return shares.map { _ in .nan } }
        return shares.indices.map { share in
            let slopes = indices.map { shares[share] * (($0.share == share ? 1 : 0) - shares[$0.share]) }
            var variance = 0.0
            for (row, a) in zip(indices, slopes) {
                for (column, b) in zip(indices, slopes) {
                    variance += a * b * covariance[row.position * fit.names.count + column.position]
                }
            }
            return variance.squareRoot()
        }
    }
}
