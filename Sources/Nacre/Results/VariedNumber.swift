internal import Analysis
internal import GameModel
internal import Scenarios

/// A number of the scenario on the command line: `users.malicious.prior` or `users.malicious.prior=0.01..0.5`.
package enum VariedNumber {
    package static let help = "A number by its path, with its interval: PATH or PATH=LOW..HIGH."

    /// - Throws: ``InputError`` saying what is wrong and what was probably meant.
    package static func variation(_ text: String, inputs: GameInputs) throws -> Variation {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let parameter = try parameter(sides[0], inputs: inputs)
        guard sides.count == 2 else { return try Variation(parameter, inputs: inputs) }
        guard let dots = sides[1].firstRange(of: ".."), let low = Double(sides[1][..<dots.lowerBound]),
            let high = Double(sides[1][dots.upperBound...])
        else { throw InputError("\(text): '\(sides[1])' is no interval; write LOW..HIGH, such as 0.01..0.5") }
        return try Variation(parameter, from: low, to: high, inputs: inputs)
    }

    package static func parameter(_ path: String, inputs: GameInputs) throws -> Parameter {
        try inputs.namedParameter(path)
    }
}
