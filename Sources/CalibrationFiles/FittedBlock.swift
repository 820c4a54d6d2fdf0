package import Calibration
internal import Output
internal import Scenarios

/// What a fitted model hands to tables, covariance files and scenarios.
package struct FittedBlock: Sendable {
    /// Everything that was estimated, for `coefficients.csv`.
    package struct Row: Sendable, Equatable {
        package var path: String
        package var estimate: Double
        package var standardError: Double?
        package var clusteredError: Double?
        package var bootstrapError: Double?
    }

    package let name: String
    package var rows: [Row] = []
    /// What a scenario has a place for.
    package var coefficients: [FittedCoefficient] = []
    /// The paths of those that the covariance is about, and the covariance, [N, N].
    package var paths: [String] = []
    package var covariance: [Double] = []
    /// The reaction whose predictor was 0, by user.
    package var references: [String: String] = [:]
}

extension FittedBlock {
    /// - Throws: ``CalibrationError`` if two models estimate the same number of a scenario.
    package static func checkApart(_ blocks: [FittedBlock]) throws(CalibrationError) {
        var owner: [String: String] = [:]
        for block in blocks {
            for coefficient in block.coefficients {
                if let other = owner[coefficient.path] {
                    throw CalibrationError(
                        "models.\(block.name)",
                        "estimates \(coefficient.path), and so does models.\(other); only one of them may have the user"
                    )
                }
                owner[coefficient.path] = block.name
            }
        }
    }
}

extension FittedModel {
    /// Four decimals: what the data support and more, and what people can read.
    static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// The same for a number in small units, such as one per second: four digits of its error.
    static func rounded(_ value: Double, error: Double) -> Double {
        guard error > 0, error < 5e-5, value.isFinite else { return rounded(value) }
        var scale = 10_000.0
        while error * scale < 1_000, scale < 1e300 { scale *= 10 }
        let scaled = (value * scale).rounded()
        return scaled.isFinite ? scaled / scale : value
    }

    /// A standard error in a comment: three decimals, or what is left of it in small units.
    static func shown(_ error: Double) -> String {
        error > 0 && error < 5e-5 ? Format.significant(error, 3) : Format.fixed(error, 3)
    }

    /// The coefficients that a scenario has a place for.
    package func coefficients(source: String) -> [FittedCoefficient] {
        guard let user else { return [] }
        return designed.places.indices.compactMap { index in
            guard let key = designed.places[index].scenarioKey else { return nil }
            return FittedCoefficient(
                user: user, reaction: designed.places[index].reaction, key: key,
                value: Self.rounded(fit.coefficients[index], error: errors[index]),
                comment:
                    "source: \(source) (se \(Self.shown(errors[index])), n \(Format.count(Int(fit.observations))))"
            )
        }
    }

    package func block(source: String) -> FittedBlock {
        let boot = bootstrap?.standardErrors
        let kept = designed.places.indices.filter { user != nil && designed.places[$0].scenarioKey != nil }
        let order = designed.places.count
        var block = FittedBlock(name: name)
        block.rows = designed.places.indices.map { index in
            .init(
                path: designed.places[index].path, estimate: fit.coefficients[index],
                standardError: fit.standardErrors[index],
                clusteredError: fit.clusterErrors[index].isNaN ? nil : fit.clusterErrors[index],
                bootstrapError: boot?[index])
        }
        block.coefficients = coefficients(source: source)
        block.paths = kept.map { designed.places[$0].path }
        block.covariance = kept.flatMap { row in kept.map { covariance[row * order + $0] } }
        if let user, designed.design.kind == .reactions, !isAgainstOthers {
            block.references[user] = designed.categories[designed.design.reference]
        }
        return block
    }
}

extension FittedEffects {
    /// The rows are logits: each effect's coefficient times what a point is worth. Satisfaction has no place among uncertain
    /// coefficients of a scenario, so it is not in the covariance.
    package func block(source: String) -> FittedBlock {
        var block = FittedBlock(name: name)
        let features = fit.features
        let errors = fit.standardErrors
        block.rows = features.indices.map {
            .init(path: "effects.\(outcome).\(features[$0])", estimate: fit.coefficients[$0], standardError: errors[$0])
        }
        guard let user else { return block }
        func coefficient(_ section: FittedCoefficient.Section, _ index: Int, _ scale: Double) -> FittedCoefficient {
            FittedCoefficient(
                user: user, section: section, key: features[index],
                value: FittedModel.rounded(scale * fit.coefficients[index]),
                comment:
                    "source: \(source) (se \(Format.fixed(abs(scale) * errors[index], 3)), \(outcome) x \(scale) a point, "
                    + "an assumption)")
        }
        for scale in perPoint {
            for index in features.indices {
                block.coefficients.append(coefficient(.utility(scale.reaction), index, scale.logits))
                block.paths.append("users.\(user).utility.\(scale.reaction).\(features[index])")
            }
        }
        let logits = perPoint.flatMap { scale in features.map { _ in scale.logits } }
        let (count, order) = (logits.count, features.count)
        block.covariance = (0..<count).flatMap { row in
            (0..<count).map { logits[row] * logits[$0] * fit.covariance[row % order * order + $0 % order] }
        }
        if let satisfaction {
            block.coefficients += features.indices.map { coefficient(.satisfaction, $0, satisfaction) }
        }
        return block
    }
}
