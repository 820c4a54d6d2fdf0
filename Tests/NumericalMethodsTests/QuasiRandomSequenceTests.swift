import NumericalMethods
import Testing

@Suite("Quasi-random sequences")
struct QuasiRandomSequenceTests {
    typealias Kind = QuasiRandomSequence.Kind

    /// The first points in two dimensions. Halton: radical inverses in bases 2 and 3 (Halton 1960). Sobol: the Gray code
    /// order of Antonov and Saleev without the origin. Niederreiter: Bratley, Fox and Niederreiter 1992, from the origin.
    static let firstPoints: [(Kind, [[Double]])] = [
        (.sobol, [[0.5, 0.5], [0.75, 0.25], [0.25, 0.75], [0.375, 0.375], [0.875, 0.875]]),
        (.niederreiter2, [[0, 0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75], [0.375, 0.375]]),
        (.halton, [[1 / 2, 1 / 3], [1 / 4, 2 / 3], [3 / 4, 1 / 9], [1 / 8, 4 / 9], [5 / 8, 7 / 9]]),
        (.reverseHalton, [[1 / 2, 2 / 3], [1 / 4, 1 / 3], [3 / 4, 2 / 9], [1 / 8, 8 / 9], [5 / 8, 5 / 9]]),
    ]

    @Test("The first points are the published ones", arguments: firstPoints)
    func first(kind: Kind, expected: [[Double]]) throws {
        var sequence = try QuasiRandomSequence(kind, dimension: 2)
        for point in expected {
            #expect(distance(try sequence.next(), point) < 1e-15)
        }
        sequence.restart()
        #expect(distance(try sequence.next(), expected[0]) < 1e-15)
    }

    @Test("The largest dimension works and the next is an error that says so", arguments: Kind.allCases)
    func limits(kind: Kind) throws {
        var largest = try QuasiRandomSequence(kind, dimension: kind.maximumDimension)
        for _ in 0..<200 {
            let point = try largest.next()
            #expect(point.count == kind.maximumDimension)
            #expect(point.allSatisfy { 0 <= $0 && $0 < 1 })
        }
        for dimension in [-1, 0, kind.maximumDimension + 1, Int.max] {
            do {
                _ = try QuasiRandomSequence(kind, dimension: dimension)
                Issue.record("dimension \(dimension) must be refused")
            } catch {
                #expect(error.name == "GSL_EINVAL")
                #expect(
                    error.detail
                        == "dimension is \(dimension); \(kind.rawValue) needs 1 to \(kind.maximumDimension)")
            }
        }
    }

    @Test("The largest dimensions are those of GSL")
    func published() {
        #expect(Kind.allCases.map(\.maximumDimension) == [40, 12, 1229, 1229])
    }

    @Test("Skipping is the same as throwing points away", arguments: Kind.allCases)
    func skip(kind: Kind) throws {
        var walked = try QuasiRandomSequence(kind, dimension: 5)
        for _ in 0..<37 { _ = try walked.next() }
        var skipped = try QuasiRandomSequence(kind, dimension: 5)
        try skipped.skip(0)
        try skipped.skip(37)
        #expect(try skipped.next() == walked.next())
    }

    @Test("A negative skip and storage of the wrong size are errors")
    func misuse() throws {
        var sequence = try QuasiRandomSequence(.sobol, dimension: 3)
        var storage = [0.0, 0.0]
        var messages: [String] = []
        do { try sequence.skip(-1) } catch { messages.append(error.detail) }
        do {
            var span = storage.mutableSpan
            try sequence.next(into: &span)
        } catch { messages.append(error.detail) }
        #expect(
            messages == [
                "the count to skip is -1; it must not be negative", "the storage has 2 numbers; it must have 3",
            ])
    }

    @Test("The mean of x·y over 4096 points is nearer to ¼ than random points would bring it", arguments: Kind.allCases)
    func integral(kind: Kind) throws {
        var sequence = try QuasiRandomSequence(kind, dimension: 2)
        var sum = 0.0
        for _ in 0..<4096 {
            let point = try sequence.next()
            sum += point[0] * point[1]
        }
        // Random points have a standard error of 0.0034 here.
        #expect(abs(sum / 4096 - 0.25) < 0.0005)
    }
}
