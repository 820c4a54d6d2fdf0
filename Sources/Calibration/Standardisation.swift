/// Coordinates in which the columns of a choice model are of one scale, whatever units the data are in.
///
/// x′_p = (x_p − m_p x_q) / s_p, with q a column of ones (an intercept, or an indicator) that covers p; so β_p = γ_p / s_p and
/// β_q = γ_q − Σ_p m_p γ_p / s_p. Both models give every choice the same probability. What is decided about coefficients (whether
/// they are identified, collinear or separated, and the steps of a search) is decided in γ; what is reported is β.
///
/// Columns that are of one scale already are left alone, bit for bit: seconds since 1970 are not, turns of a conversation are.
struct Standardisation: Sendable {
    /// m_p and q.
    struct Shift: Sendable, Equatable {
        var on: Int
        var mean: Double
    }

    private(set) var shifts: [Shift?]
    /// s_p, above 0.
    private(set) var scales: [Double]
    /// Columns that are a multiple of a column of ones: (p, q).
    private(set) var constants: [(column: Int, on: Int)] = []

    var isIdentity: Bool { scales.allSatisfy { $0 == 1 } && shifts.allSatisfy { $0 == nil } }
    var count: Int { scales.count }

    /// A spread below this share of the largest value is rounding: no data have twelve digits of offset.
    static let roundingShare = 1e-12
    /// Means beyond this many spreads cost a search digits: the information loses their square.
    private static let farMean = 100.0
    /// Spreads outside of these are another scale than that of intercepts and indicators.
    private static let ordinarySpread = 1e-2...1e2

    /// No change of coordinates.
    init(identity count: Int) {
        shifts = [Shift?](repeating: nil, count: count)
        scales = [Double](repeating: 1, count: count)
    }

    /// Coordinates of several models' coefficients, one after the other.
    init(joining parts: [Standardisation]) {
        self.init(identity: 0)
        for part in parts {
            let offset = count
            shifts += part.shifts.map { shift in shift.map { Shift(on: $0.on + offset, mean: $0.mean) } }
            scales += part.scales
        }
    }

    /// - Parameter counts: how often each alternative was chosen; contexts without a choice say nothing about scales.
    /// - Complexity: O(Σ_c (entries of c)²).
    init(_ model: ChoiceModel, counts: [Double]) {
        self.init(identity: model.parameters.count)
        let columns = ColumnSurvey(model, counts: counts)
        for (column, moments) in columns.moments(model, counts: counts) {
            let (mean, spread) = (moments.mean, moments.spread)
            if spread <= Self.roundingShare {
                guard let on = moments.on else { continue }
                constants.append((column, on))
                shifts[column] = Shift(on: on, mean: mean * moments.unit)
                scales[column] = moments.unit
            } else if abs(mean) > Self.farMean * spread || !Self.ordinarySpread.contains(spread * moments.unit) {
                if let on = moments.on { shifts[column] = Shift(on: on, mean: mean * moments.unit) }
                // A power of two: dividing by it loses no digit.
                scales[column] = moments.unit * Double(sign: .plus, exponent: spread.exponent, significand: 1)
            }
        }
    }

    // MARK: Coordinates

    /// β = A γ.
    func raw(_ standard: [Double]) -> [Double] {
        guard !isIdentity else { return standard }
        var result = zip(standard, scales).map { $0 / $1 }
        for (column, shift) in shifts.enumerated() {
            if let shift { result[shift.on] -= shift.mean * result[column] }
        }
        return result
    }

    /// A part of β below this share of what it is the difference of is rounding.
    private static let cancelled = 1e-9

    /// The columns in which a direction in γ has a part once it is one in β. A column that others are centred on gets a part there
    /// where their means do not cancel, and loses its own where it only stands for them.
    ///
    /// - Parameter direction: with 0 for parts that are rounding.
    func involved(in direction: [Double]) -> [Int] {
        var sizes = zip(direction, scales).map { abs($0 / $1) }
        for (column, shift) in shifts.enumerated() {
            if let shift { sizes[shift.on] += abs(shift.mean * direction[column] / scales[column]) }
        }
        let parts = raw(direction)
        return parts.indices.filter { abs(parts[$0]) > Self.cancelled * sizes[$0] }
    }

    /// γ = A⁻¹ β.
    func standard(_ raw: [Double]) -> [Double] {
        guard !isIdentity else { return raw }
        var result = zip(raw, scales).map { $0 * $1 }
        for (column, shift) in shifts.enumerated() {
            if let shift { result[shift.on] += shift.mean * raw[column] }
        }
        return result
    }

    /// Aᵀ v: a gradient by β as one by γ.
    func gradient(_ raw: [Double]) -> [Double] {
        guard !isIdentity else { return raw }
        return raw.indices.map { column in
            (raw[column] - (shifts[column].map { $0.mean * raw[$0.on] } ?? 0)) / scales[column]
        }
    }

    /// A C Aᵀ: the covariance of β from that of γ, [P, P].
    func raw(covariance: [Double]) -> [Double] {
        guard !isIdentity else { return covariance }
        let order = count
        var half = [Double](repeating: 0, count: order * order)
        for row in 0..<order {
            let mapped = raw(Array(covariance[row * order..<(row + 1) * order]))
            for column in 0..<order { half[column * order + row] = mapped[column] }
        }
        var result: [Double] = []
        for row in 0..<order { result += raw(Array(half[row * order..<(row + 1) * order])) }
        for row in 0..<order {
            for column in 0..<row { result[column * order + row] = result[row * order + column] }
        }
        return result
    }

    /// Aᵀ Π A of a diagonal Π, [P, P].
    func quadratic(_ diagonal: [Double]) -> [Double] {
        let order = count
        var result = [Double](repeating: 0, count: order * order)
        for column in 0..<order {
            var unit = [Double](repeating: 0, count: order)
            unit[column] = 1
            let image = gradient(zip(raw(unit), diagonal).map { $0 * $1 })
            for row in 0..<order { result[row * order + column] = image[row] }
        }
        return result
    }
}

/// A choice model in coordinates of one scale.
struct StandardisedModel: Sendable {
    let map: Standardisation
    /// With γ for β; the names, contexts and alternatives of the model.
    let model: ChoiceModel

    init(_ original: ChoiceModel, counts: [Double]) {
        map = Standardisation(original, counts: counts)
        model = map.isIdentity ? original : Self.model(original, map)
    }

    /// Every context seen once: for models whose counts are not known yet.
    init(_ original: ChoiceModel) {
        var counts = [Double](repeating: 0, count: original.alternativeCount)
        for context in 0..<original.contextCount { counts[original.alternatives(of: context).lowerBound] = 1 }
        self.init(original, counts: counts)
    }

    /// ∂L/∂γ at β.
    func gradient(_ counts: [Double], _ coefficients: [Double]) -> [Double] {
        model.derivatives(counts, map.standard(coefficients)).gradient
    }

    private static func model(_ original: ChoiceModel, _ map: Standardisation) -> ChoiceModel {
        var children = [[Int]](repeating: [], count: map.count)
        for (column, shift) in map.shifts.enumerated() {
            if let shift { children[shift.on].append(column) }
        }
        var result = ChoiceModel(parameters: original.parameters)
        for context in 0..<original.contextCount {
            _ = result.append(
                original.alternatives(of: context).map { alternative in
                    ChoiceModel.Alternative(
                        category: original.category(of: alternative),
                        entries: entries(original.entries(of: alternative), map, children))
                })
        }
        return result
    }

    /// The entries of an alternative; columns that are 0 in it get one where the column that they are centred on has one.
    private static func entries(
        _ entries: [ChoiceModel.Entry], _ map: Standardisation, _ children: [[Int]]
    ) -> [ChoiceModel.Entry] {
        var result = entries
        func value(of column: Int) -> Double { entries.first { $0.parameter == column }?.value ?? 0 }
        for index in result.indices {
            let column = result[index].parameter
            let centre = map.shifts[column].map { $0.mean * value(of: $0.on) } ?? 0
            result[index].value = (result[index].value - centre) / map.scales[column]
        }
        for entry in entries {
            for column in children[entry.parameter] where !entries.contains(where: { $0.parameter == column }) {
                let mean = map.shifts[column]?.mean ?? 0
                result.append(.init(column, -mean * entry.value / map.scales[column]))
            }
        }
        return result
    }
}
