internal import GameModel
package import Scenarios

/// A number of a scenario and the values that it takes on a grid: `users.malicious.prior=0.05..0.3` in so many steps, or a list.
package struct SweepAxis: Sendable, Equatable {
    /// The number by its path in the file.
    package let path: String
    /// In the number's own units, in the order in which they were asked for.
    package let values: [Double]
    /// What the scenario has.
    package let own: Double?

    /// How axes are written, for help texts.
    package static let help = "A number by its path and its values: PATH=FROM:TO:COUNT or PATH=V1,V2,…"

    /// The most values of one axis.
    private static let mostValues = 100_000

    /// - Parameter text: such as `users.malicious.prior=0.05:0.3:6` (both ends are values) or `discount=0.9,1`.
    /// - Throws: ``InputError`` saying what is wrong and what was probably meant.
    package init(_ text: String, scenario: Scenario) throws {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else {
            throw InputError("\(text) has no values; write PATH=FROM:TO:COUNT, such as 0.05:0.3:6, or PATH=V1,V2")
        }
        let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        let parameter = try VariedNumber.parameter(sides[0], inputs: inputs)
        values = try Self.values(sides[1], of: text)
        path = parameter.path
        own = inputs[parameter]
        for value in values {
            do throws(ParameterError) { _ = try inputs.setting(parameter, to: value) } catch {
                throw InputError("\(text): \(error)")
            }
        }
    }

    private static func values(_ text: String, of whole: String) throws -> [Double] {
        func number(_ part: Substring) throws -> Double {
            guard let value = Double(part), value.isFinite else {
                throw InputError("\(whole): '\(part)' is no number; write FROM:TO:COUNT, such as 0.05:0.3:6, or V1,V2")
            }
            return value
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let values: [Double]
        if parts.count == 3 {
            let (low, high) = (try number(parts[0]), try number(parts[1]))
            guard let count = Int(parts[2]), (2...mostValues).contains(count) else {
                throw InputError(
                    "\(whole): '\(parts[2])' is no count; it must be a whole number from 2 to \(mostValues)")
            }
            // Both ends are themselves; what rounding adds to a step in between (0.11000000000000001) is taken away again.
            values = (0..<count).map { step in
                let value = low + (high - low) * (Double(step) / Double(count - 1))
                let isEnd = step == 0 || step == count - 1
                return isEnd ? (step == 0 ? low : high) : Double(Format.significant(value, 15)) ?? value
            }
        } else {
            values = try text.split(separator: ",", omittingEmptySubsequences: false).map(number)
        }
        guard values.count <= mostValues else { throw InputError("\(whole) has more than \(mostValues) values") }
        guard Set(values).count == values.count else {
            throw InputError("\(whole) has a value twice; every value must be another one")
        }
        return values
    }
}

/// A place of a grid: a value per axis.
package struct SweepPlace: Sendable, Equatable {
    /// From 0: the first axis varies slowest.
    package let index: Int
    /// Per axis the number of its value, from 0.
    package let steps: [Int]
    /// Per axis its value.
    package let values: [Double]
}

/// All combinations of the values of one axis or two.
package struct SweepGrid: Sendable, Equatable {
    package let axes: [SweepAxis]

    /// The most places that a machine finishes.
    private static let mostPlaces = 1_000_000

    /// - Throws: ``InputError`` if the axes are not of different numbers, or are too long together.
    package init(_ axes: [SweepAxis]) throws {
        guard Set(axes.map(\.path)).count == axes.count else {
            throw InputError("--over names \(axes[0].path) twice; two axes are of two numbers")
        }
        let count = axes.reduce(1.0) { $0 * Double($1.values.count) }
        guard count <= Double(Self.mostPlaces) else {
            throw InputError("the grid has \(Format.fixed(count, 0)) points; at most \(Self.mostPlaces) can be swept")
        }
        self.axes = axes
    }

    package var count: Int { axes.reduce(1) { $0 * $1.values.count } }

    package func place(_ index: Int) -> SweepPlace {
        var rest = index
        var steps: [Int] = []
        for axis in axes.reversed() {
            steps.insert(rest % axis.values.count, at: 0)
            rest /= axis.values.count
        }
        return SweepPlace(index: index, steps: steps, values: zip(axes, steps).map { $0.values[$1] })
    }

    /// What a place is called in a store: `users.malicious.prior=0.1, discount=0.9`.
    package func name(_ place: SweepPlace) -> String {
        zip(axes, place.values).map { "\($0.path)=\($1)" }.joined(separator: ", ")
    }

    /// The numbers of a scenario that a value of an axis stays put while the other is set, at a place.
    private static let tolerance = 1e-12

    /// The scenario at a place.
    ///
    /// - Throws: ``InputError`` where setting one number changed the other, as two entries of one distribution do.
    /// - Complexity: the game is compiled once per axis.
    package func scenario(_ scenario: Scenario, at place: SweepPlace) throws -> Scenario {
        var changed = scenario
        for (axis, value) in zip(axes, place.values) { changed = try changed.setting(axis.path, to: value) }
        let inputs = GameInputs(definition: changed.definition, objective: changed.objective)
        for (axis, value) in zip(axes, place.values) {
            guard let found = inputs[try inputs.parameter(axis.path)],
                abs(found - value) <= Self.tolerance * max(1, abs(value))
            else {
                throw InputError(
                    "\(axes.map(\.path).joined(separator: " and ")) are entries of one distribution: setting one changes "
                        + "the other, so a grid over both is not what its axes say; sweep one of them")
            }
        }
        return changed
    }
}
