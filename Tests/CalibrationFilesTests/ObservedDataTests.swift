import Calibration
import CalibrationFiles
import Foundation
import Scenarios
import Testing

/// Fits to observations that are not part of the project: they run where NACRE_DATA names their folder.
@Suite(
    "Fits to observed conversations", .enabled(if: Support.data != nil, "set NACRE_DATA to the folder of observations"))
struct ObservedDataTests {
    private func fit(_ calibration: String, _ file: String, _ model: String, folds: Int = 10) throws -> FittedModel {
        let (mapping, read) = try Support.shipped(calibration, file: file)
        let fitter = try ModelFitter(mapping, read.data, FitRequest(folds: folds, bootstraps: 0, seed: 1, threads: 2))
        return try fitter.fit(try #require(mapping.models.first { $0.name == model }))
    }

    @Test("AnnoMI: held-out loss below the published 0.7509")
    func annomi() throws {
        let fitted = try fit("annomi", "annomi_transitions.csv", "history")
        #expect(try #require(fitted.heldOut.last).loss.meanLoss <= 0.7509)
        #expect(fitted.fit.observations == 4785)
    }

    @Test("ESConv: held-out loss below the published 0.9750")
    func esconv() throws {
        let fitted = try fit("esconv", "esconv_valence_strategy.csv", "both")
        #expect(try #require(fitted.heldOut.last).loss.meanLoss <= 0.9750)
        #expect(fitted.fit.observations == 4183)
    }

    @Test(
        "AnnoMI: coefficients, errors and likelihood are those of statsmodels",
        .enabled(if: Support.python != nil, "set NACRE_PYTHON to a Python with statsmodels"))
    func statsmodels() throws {
        let (mapping, read) = try Support.shipped("annomi", file: "annomi_transitions.csv")
        let fitter = try ModelFitter(mapping, read.data, FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
        var model = try #require(mapping.models.first { $0.name == "behaviour" })
        model.precision = 0
        let fitted = try fitter.fit(model)
        let clock = ContinuousClock()
        let own = try clock.measure { _ = try fitter.fit(model) }
        let program = """
            import csv, json, sys, time
            import numpy as np, statsmodels.api as sm
            r = [x for x in csv.DictReader(open(sys.argv[1])) if x['reaction'] != 'end']
            y = np.array([['neutral', 'change', 'sustain'].index(x['reaction']) for x in r])
            p = [[x['prev_client'] == k for k in ('change', 'sustain', 'none')] for x in r]
            b = [[x['behaviour'] == k for k in ('question', 'reflection', 'therapist_input')] for x in r]
            X = np.hstack([np.ones((len(r), 1)), np.array(p, float), np.array(b, float)])
            t = time.time()
            m = sm.MNLogit(y, X).fit(method='newton', tol=1e-14, maxiter=100, disp=0)
            print(json.dumps({'llf': m.llf, 'b': m.params.T.ravel().tolist(), 'se': m.bse.T.ravel().tolist(), 's': time.time() - t}))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Support.python))
        process.arguments = ["-c", program, "\(try #require(Support.data))/annomi_transitions.csv"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        struct Answer: Decodable {
            var llf: Double
            var b: [Double]
            var se: [Double]
            var s: Double
        }
        let answer = try JSONDecoder().decode(Answer.self, from: output)
        #expect(abs(answer.llf - fitted.fit.logLikelihood) < 1e-6)
        #expect(answer.b.count == fitted.fit.coefficients.count)
        var largest = 0.0
        for index in answer.b.indices {
            largest = max(largest, abs(answer.b[index] - fitted.fit.coefficients[index]))
            #expect(abs(answer.b[index] - fitted.fit.coefficients[index]) < 1e-6)
            #expect(abs(answer.se[index] - fitted.fit.standardErrors[index]) < 1e-6)
        }
        print("statsmodels: largest difference \(largest), \(answer.s) s; Nacre with its design \(own)")
    }
}
