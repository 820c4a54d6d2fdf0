import Labelling
import NumericalMethods
import Testing

@Suite("Figures of agreement")
struct FiguresTests {
    @Test(
        "κ and its standard error, against values computed apart from the published formula",
        arguments: [
            ([[20, 5], [10, 15]], 0.4, 0.12699606),
            ([[88, 10, 2], [14, 40, 6], [18, 10, 12]], 0.49152542, 0.05100182),
        ])
    func kappa(_ table: [[Int]], _ value: Double, _ error: Double) throws {
        let kappa = try #require(NominalFigures.Kappa(table))
        #expect(abs(kappa.value - value) < 1e-8)
        #expect(abs(kappa.standardError - error) < 1e-8)
        #expect(kappa.interval.contains(kappa.value))
    }

    @Test("κ is 1 where all agree and none where one name is all there is")
    func extremes() {
        #expect(NominalFigures.Kappa([[5, 0], [0, 5]])?.value == 1)
        #expect(NominalFigures.Kappa([[5, 0], [0, 0]]) == nil)
    }

    @Test("Accuracy, log-loss, calibration and coverage of four texts, by hand")
    func byHand() throws {
        let truths = [[1.0, 0], [0, 1], [1, 0], [0, 1]]
        let given = [[0.95, 0.05], [0.25, 0.75], [0.28, 0.72], [0.05, 0.95]]
        let figures = NominalFigures(truths: truths, given: given)
        #expect(figures.accuracy?.value == 0.75)
        #expect(figures.table == [[1, 1], [0, 2]])
        // −(2 ln 0.95 + ln 0.75 + ln 0.28) / 4
        #expect(abs((figures.logLoss ?? 0) - 0.4158086) < 1e-6)
        // Two at 0.95, both right; two at 0.735 in the mean, one right.
        #expect(abs((figures.calibrationError ?? 0) - (0.5 * 0.05 + 0.5 * 0.235)) < 1e-12)
        #expect(figures.bins.map(\.count) == [2, 2])
        #expect(figures.coverage.map(\.left) == [0, 0.1, 0.3, 0.5])
        #expect(figures.coverage.map(\.accuracy.value) == [0.75, 0.75, 1, 1])
    }

    @Test("A true name with the probability 0 leaves no log-loss; names alone leave no calibration")
    func impossible() {
        let figures = NominalFigures(truths: [[1, 0], [0, 1]], given: [[0, 1], [0.5, 0.5]])
        #expect(figures.logLoss == nil)
        #expect(figures.impossible == 1)
        let names = NominalFigures(truths: [[1, 0], [0, 1]], given: [[1, 0], [1, 0]])
        #expect(names.calibrationError == nil && names.logLoss == nil && names.impossible == 0)
    }

    @Test("Amounts: error, bias, correlation and coverage by hand")
    func amounts() {
        let given = [0.0, 0.5, 1].map { TextLabel.Amount(mean: $0, deviation: 0.1) }
        let figures = AmountFigures(truths: [0.1, 0.4, 0.6], given: given)
        #expect(abs(figures.error - 0.2) < 1e-12)
        #expect(abs(figures.bias - 0.4 / 3) < 1e-12)
        #expect(abs((figures.correlation ?? 0) - 0.25 / (0.5 * 0.38 / 3).squareRoot()) < 1e-9)
        #expect(figures.covered == 2.0 / 3)
        #expect(AmountFigures(truths: [0.5, 0.5], given: Array(given.prefix(2))).correlation == nil)
    }
}
