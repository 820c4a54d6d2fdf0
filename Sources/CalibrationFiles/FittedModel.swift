package import Calibration

/// One model of a mapping file, fitted, with everything that the report says about it.
package struct FittedModel: Sendable {
    package let name: String
    package let user: String?
    package let designed: DesignedModel
    package let fit: ChoiceFit
    package let bootstrap: Bootstrap?
    /// Held-out loss of the model and of its baselines; nil where folds were not asked for.
    package let heldOut: [HeldOutLine]
    /// How the fit predicts rows of another kind; nil where none is asked for.
    package let transfer: Transfer?
    /// Errors to report: clustered where there are enough conversations with several turns.
    package let isClustered: Bool
    /// Whether one reaction was told from all others together, so that the reference is none of the scenario's.
    package let isAgainstOthers: Bool
    package let checks: [NamedCheck]
    /// What was asked for and could not be had, with the reason.
    package let remarks: [String]

    package var errors: [Double] { isClustered ? fit.clusterErrors : fit.standardErrors }
    package var covariance: [Double] { isClustered ? fit.clusterCovariance : fit.covariance }
}

/// The held-out loss of a model or of one of its baselines.
package struct HeldOutLine: Sendable {
    package let name: String
    package let loss: HeldOut
    package let parameters: Int
}

/// A check of whole conversations, and what was played in it.
package struct NamedCheck: Sendable {
    package let name: String
    package let check: PredictiveCheck
}

/// How fits predict conversations of a kind that they were not, or not only, fitted to.
package struct Transfer: Sendable, Equatable {
    package struct Line: Sendable, Equatable {
        package let name: String
        /// Mean −log P of the tested rows, nats.
        package let loss: Double
        package let weight: Double
        /// Shares of the categories in the tested rows.
        package let predicted: [Double]
        package let observed: [Double]
    }

    package let categories: [String]
    package let lines: [Line]
}
