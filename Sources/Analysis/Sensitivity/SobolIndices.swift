public import GameModel
internal import NumericalMethods

/// How much of a function's variance each of its inputs explains, alone and with all others.
///
/// S_i = Var(E[f | x_i]) / Var(f) is the share that would vanish if x_i were known, and T_i = E[Var(f | all but x_i)] / Var(f)
/// the share that would be left if all but x_i were known. Two matrices A and B of quasi-random points, and A with column i of B:
/// S_i ≈ mean f(B) (f(AB_i) − f(A)) / V, T_i ≈ mean (f(A) − f(AB_i))² / 2V.
///
/// Of correlated inputs the same two indices keep their meaning: S_i counts what goes with x_i, and T_i only what is its own, so that
/// T_i may be the smaller. Beside them stand the total index of x_i with all that goes with it, and the first-order index of what is
/// its own (the full and the independent indices of Mara and Tarantola); for other inputs these are T_i and S_i again.
///
/// Intervals come from several copies of the sequence, each shifted by its own random vector modulo 1: ``ShareEstimate`` makes them of
/// the copies' means, inside [0, 1], where shares of a variance lie.
///
/// Source: Saltelli et al. 2010 (Computer Physics Communications 181:259), table 2 (b) and (f); Cranley & Patterson 1976 for
/// the shifts; Mara & Tarantola 2012 (doi:10.1016/j.ress.2011.08.008) for correlated inputs.
public struct SobolIndices: Sendable, Equatable {
    /// An estimate with its 95 % interval.
    public struct Index: Sendable, Equatable {
        public let value: Double
        public let lower: Double
        public let upper: Double
    }

    /// S_i, with all that goes with x_i.
    public let first: [Index]
    /// T_i, of what is x_i's own.
    public let total: [Index]
    /// Of what is x_i's own, alone; S_i again where x_i is not correlated.
    public let ownFirst: [Index]
    /// Of x_i with all that goes with it, and with all others; T_i again where x_i is not correlated.
    public let jointTotal: [Index]
    public let mean: Double
    public let variance: Double
    /// [inputs][copies] what each copy says of ``first`` and ``total``: raw, so that single ones may lie outside [0, 1].
    let copies: (first: [[Double]], total: [[Double]])

    public static func == (a: SobolIndices, b: SobolIndices) -> Bool {
        (a.first, a.total, a.ownFirst, a.jointTotal) == (b.first, b.total, b.ownFirst, b.jointTotal)
            && (a.mean, a.variance) == (b.mean, b.variance) && a.copies == b.copies
    }
}

/// How indices are estimated. A value: it is stored with the result.
public struct SobolSettings: Sendable, Equatable {
    /// Points a copy; a power of two serves best.
    public var points: Int
    /// Shifted copies, which intervals come from.
    public var copies: Int
    public var seed: UInt64

    public init(points: Int = 128, copies: Int = 8, seed: UInt64 = 1) {
        self.points = points
        self.copies = copies
        self.seed = seed
    }
}

extension SobolIndices {
    /// The indices of several functions of points in the unit cube.
    ///
    /// - Parameters:
    ///   - dimension: d ≤ 614. Up to 20 inputs Sobol's own sequence is used, above that the reversed Halton sequence, whose first
    ///     points are left out.
    ///   - dependence: which inputs are correlated; nil for none.
    ///   - functions: the values of all functions at a point of [0, 1)^d, whose correlated coordinates are deviations from their means
    ///     instead; must not depend on which thread calls it.
    /// - Returns: per function its indices, with NaN-free zeros where a function does not vary.
    /// - Throws: ``AnalysisError`` for settings out of range; whatever the functions throw.
    /// - Complexity: copies · points · (d + 2) evaluations, and three more for each correlated input.
    public static func estimate(
        dimension: Int, settings: SobolSettings, dependence: InputDependence? = nil, threads: Int = 1,
        _ functions: @escaping @Sendable ([Double]) throws -> [Double]
    ) throws -> [SobolIndices] {
        try estimate(
            dimension: dimension, settings: settings, dependence: dependence, threads: threads, control: RunControl(),
            functions) ?? []
    }

    /// The same under a control.
    ///
    /// - Returns: nil where the work was to end before all points had been evaluated.
    public static func estimate(
        dimension: Int, settings: SobolSettings, dependence: InputDependence? = nil, threads: Int = 1,
        control: RunControl, _ functions: @escaping @Sendable ([Double]) throws -> [Double]
    ) throws -> [SobolIndices]? {
        guard dimension >= 1, settings.points >= 8, settings.copies >= 2 else {
            throw AnalysisError(
                "Sobol indices need at least 1 input, 8 points and 2 copies; there are \(dimension), "
                    + "\(settings.points) and \(settings.copies)")
        }
        let design = SobolDesign(dependence ?? .none(dimension))
        let points = try sequence(dimension: dimension, count: settings.points)
        let copies = try control.mapUnits(
            of: "rows", count: settings.copies * settings.points, threads: threads, shown: "Sobol indices"
        ) { index in
            let (copy, row) = (index / settings.points, index % settings.points)
            let point = shifted(points[row], copy: copy, seed: settings.seed)
            return try design.points(Array(point.prefix(dimension)), Array(point.suffix(dimension))).map(functions)
        }
        guard copies.count == settings.copies * settings.points else { return nil }
        let outputs = copies.first?.first?.count ?? 0
        return try (0..<outputs).map { output in
            try indices(copies.map { $0.map { $0[output] } }, design: design, settings: settings)
        }
    }

    /// [points][2 d] the points that all copies share before they are shifted.
    private static func sequence(dimension: Int, count: Int) throws -> [[Double]] {
        let usesSobol = 2 * dimension <= QuasiRandomSequence.Kind.sobol.maximumDimension
        var sequence = try QuasiRandomSequence(usesSobol ? .sobol : .reverseHalton, dimension: 2 * dimension)
        if !usesSobol { try sequence.skip(1000) }
        var points: [[Double]] = []
        for _ in 0..<count { points.append(try sequence.next()) }
        return points
    }

    private static func shifted(_ point: [Double], copy: Int, seed: UInt64) -> [Double] {
        // "sobol" keeps these words apart from those of other uses of the seed.
        point.enumerated().map { index, value in
            let word = Philox4x64.block(
                counter: (UInt64(copy), UInt64(index), 0, 0), key: (seed, 0x73_6F62_6F6C)
            ).0
            let sum = value + Double(word >> 11) * 0x1p-53
            return sum >= 1 ? sum - 1 : sum
        }
    }

    /// - Parameter rows: [copies · points] the values at the design's points.
    private static func indices(_ rows: [[Double]], design: SobolDesign, settings: SobolSettings) throws -> SobolIndices
    {
        let both = rows.flatMap { $0.prefix(2) }
        let mean = both.reduce(0, +) / Double(both.count)
        let variance = both.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(both.count)
        let scale = both.reduce(0) { max($0, abs($1)) }
        guard variance > 1e-24 * scale * scale else {
            let none = [Index](repeating: Index(value: 0, lower: 0, upper: 0), count: design.joint.count)
            return SobolIndices(
                first: none, total: none, ownFirst: none, jointTotal: none, mean: mean, variance: 0,
                copies: ([], []))
        }
        func means(_ term: ([Double]) -> Double) -> [Double] {
            (0..<settings.copies).map { copy in
                rows[copy * settings.points..<(copy + 1) * settings.points].reduce(0) { $0 + term($1) }
                    / Double(settings.points) / variance
            }
        }
        func first(_ at: SobolDesign.Places) -> [Double] {
            means { ($0[at.b] - mean) * ($0[at.mixed] - $0[at.a]) }
        }
        func total(_ at: SobolDesign.Places) -> [Double] {
            means { 0.5 * ($0[at.a] - $0[at.mixed]) * ($0[at.a] - $0[at.mixed]) }
        }
        let (firsts, totals) = (design.joint.map(first), design.own.map(total))
        func estimates(_ copies: [[Double]]) throws -> [Index] {
            try copies.map { try ShareEstimate(copies: $0).estimate }
        }
        return SobolIndices(
            first: try estimates(firsts), total: try estimates(totals),
            ownFirst: try estimates(design.own.map(first)), jointTotal: try estimates(design.joint.map(total)),
            mean: mean, variance: variance, copies: (firsts, totals))
    }
}

/// At which points functions are evaluated for the indices of every input, from one pair of points A and B.
struct SobolDesign: Sendable {
    /// Which of the points are A, B, and A with one coordinate of B.
    struct Places: Sendable {
        let a: Int
        let b: Int
        let mixed: Int
    }

    private let dependence: InputDependence
    /// Per input, where what goes with it is counted to it.
    private(set) var joint: [Places] = []
    /// Per input, where only what is its own is.
    private(set) var own: [Places] = []

    init(_ dependence: InputDependence) {
        self.dependence = dependence
        var count = 2
        for input in dependence.covariance.indices {
            guard dependence.place(of: input) != nil else {
                joint.append(Places(a: 0, b: 1, mixed: count))
                count += 1
                continue
            }
            joint.append(Places(a: count, b: count + 1, mixed: count + 2))
            count += 4
        }
        own = joint
        for group in dependence.groups {
            for (index, input) in group.enumerated() {
                // In the order in which an input comes first, the one before it in the group comes last.
                let previous = group[(index + group.count - 1) % group.count]
                own[previous] = Places(a: joint[input].a, b: joint[input].b, mixed: joint[input].mixed + 1)
            }
        }
    }

    /// The points, in order.
    func points(_ a: [Double], _ b: [Double]) throws -> [[Double]] {
        func mixed(_ input: Int) -> [Double] {
            var point = a
            point[input] = b[input]
            return point
        }
        var points = [try dependence.transformed(a, order: []), try dependence.transformed(b, order: [])]
        for input in a.indices {
            guard let (group, index) = dependence.place(of: input) else {
                points.append(try dependence.transformed(mixed(input), order: []))
                continue
            }
            let order = InputDependence.turned(group, first: index)
            for point in [a, b, mixed(input), mixed(order[order.count - 1])] {
                points.append(try dependence.transformed(point, order: order))
            }
        }
        return points
    }
}
