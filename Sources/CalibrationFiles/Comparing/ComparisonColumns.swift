package import Calibration
package import Output

/// Two sources beside each other, as tables for files, JSON and people.
package enum ComparisonColumns {
    /// A share a row.
    package static var contrasts: Columns<SourceContrast> {
        [
            .string("kind", "ending, reaction (after a response) or persistence") { $0.kind.rawValue }
                .shown("", left: true) { $0.kind.rawValue },
            .string("situation", "the response, the band of turns, or what was before; empty for all") { $0.situation }
                .shown("after", left: true) { $0.situation.isEmpty ? "all" : $0.situation },
            .string("what", "what was done") { $0.what }.shown("what", left: true) { $0.what },
            .number("first", "share in the first source") { $0.first.value }.shown("first", decimals: 4),
            .number("first_se", "its standard error, clustered by conversation; missing with one") { $0.first.error }
                .shown("se", decimals: 4, missing: "none"),
            .number("first_turns", "turns in that situation") { $0.first.turns }.shown("turns", decimals: 0),
            .number("second", "share in the second source") { $0.second.value }.shown("second", decimals: 4),
            .number("second_se", "its standard error, clustered by conversation; missing with one") { $0.second.error }
                .shown("se", decimals: 4, missing: "none"),
            .number("second_turns", "turns in that situation") { $0.second.turns }.shown("turns", decimals: 0),
            .number("difference", "second - first") { $0.difference }.shown("difference", decimals: 4),
            .number("se", "its standard error") { $0.error },
            .number("z", "difference / se; missing where nothing varies") { $0.z }
                .shown("z", decimals: 2, missing: "none"),
        ]
    }

    /// A coefficient of a model a row.
    package static var coefficients: Columns<(model: String, row: SourceComparison.Coefficient)> {
        [
            .string("model", "name of the model in the mapping file") { $0.model }.notInJSON,
            .string("coefficient", "path of the coefficient") { $0.row.name }.shown(left: true) { $0.row.name },
            .number("first", "estimate from the first source") { $0.row.first }.shown("first", decimals: 4),
            .number("second", "estimate from the second source") { $0.row.second }.shown("second", decimals: 4),
            .number("difference", "second - first") { $0.row.difference }.shown("difference", decimals: 4),
            .number("se", "its standard error, clustered by conversation") { finite($0.row.error) }
                .shown("se", decimals: 4, missing: "none"),
            .number("z", "difference / se") { finite($0.row.z) }.shown("z", decimals: 2, missing: "none"),
        ]
    }

    /// A model a row.
    package static var tests: Columns<ComparedModel> {
        [
            .string("model", "name of the model in the mapping file") { $0.name }.shown(left: true) { $0.name },
            .number("likelihood_ratio", "2 (L1 + L2 - L): one model against two") { $0.comparison.likelihoodRatio }
                .shown("ratio", decimals: 3),
            .integer("degrees_of_freedom", "coefficients that two models have twice") {
                $0.comparison.degreesOfFreedom
            }.shown("df") { "\($0.comparison.degreesOfFreedom)" },
            .number("p_chi_square", "right where turns of a conversation do not depend on each other; missing with l2")
            {
                $0.comparison.chiSquareTail
            }.shown("p (χ²)", decimals: 4, missing: "none"),
            .number("p_permutation", "conversations dealt to the sources at random; missing without permutations") {
                $0.comparison.permutations?.tail
            }.shown("p (permutations)", decimals: 4, missing: "none"),
            .integer("permutations", "how many could be fitted") { $0.comparison.permutations?.count },
            .integer("permutations_failed", "how many could not") { $0.comparison.permutations?.failures },
            .number("log_likelihood_first", "nats") { $0.comparison.first.logLikelihood },
            .number("log_likelihood_second", "nats") { $0.comparison.second.logLikelihood },
            .number("log_likelihood_pooled", "nats") { $0.comparison.pooled.logLikelihood },
        ]
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
