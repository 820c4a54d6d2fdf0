internal import Calibration
internal import CalibrationFiles
internal import Output

/// Fits as JSON.
package enum CalibrationJSON {
    package static func model(_ model: FittedModel) -> JSONValue {
        .object(
            [
                "name": .string(model.name), "log_likelihood": .number(model.fit.logLikelihood),
                "aic": .number(model.fit.aic), "bic": .number(model.fit.bic),
                "observations": .number(model.fit.observations), "conversations": .integer(model.fit.conversations),
                "coefficients": rows(model.block(source: "")), "held_out": heldOut(model.heldOut),
            ].merging(remarks(model.remarks)) { first, _ in first })
    }

    package static func hidden(_ model: FittedHidden) -> JSONValue {
        .object(
            [
                "name": .string(model.name), "log_likelihood": .number(model.fit.logLikelihood),
                "aic": .number(model.fit.aic), "bic": .number(model.fit.bic),
                "observations": .number(model.fit.observations), "conversations": .integer(model.fit.conversations),
                "converged": .bool(model.fit.isConverged), "iterations": .integer(model.fit.iterations),
                "coefficients": rows(model.block(source: "")), "held_out": heldOut(model.heldOut),
                "unfinished_folds": .integer(model.unfinishedFolds),
            ].merging(remarks(model.remarks)) { first, _ in first })
    }

    /// What was asked for and could not be had; no member where there is nothing to say.
    private static func remarks(_ remarks: [String]) -> [String: JSONValue] {
        remarks.isEmpty ? [:] : ["remarks": .strings(remarks)]
    }

    package static func effects(_ model: FittedEffects) -> JSONValue {
        .object([
            "name": .string(model.name), "outcome": .string(model.outcome), "misfit": .number(model.fit.misfit),
            "degrees_of_freedom": .integer(model.fit.degreesOfFreedom), "coefficients": rows(model.block(source: "")),
        ])
    }

    package static func policy(_ model: FittedReference) -> JSONValue {
        .object(["name": .string(model.name), "shares": rows(model.block)])
    }

    private static func heldOut(_ lines: [HeldOutLine]) -> JSONValue { CalibrationTables.heldOut.json(lines) }

    private static func rows(_ block: FittedBlock) -> JSONValue { CalibrationTables.coefficients().json(block.rows) }
}
