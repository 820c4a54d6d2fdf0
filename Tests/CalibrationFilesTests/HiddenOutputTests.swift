import Calibration
import CalibrationFiles
import Foundation
import Scenarios
import Testing

@Suite("Hidden fits on their way into scenarios")
struct HiddenOutputTests {
    /// Two kinds of people in the starter's words: some leave after a refusal, some insist.
    private static let rows: String = {
        var lines = ["id,said,did,who"]
        for conversation in 0..<80 {
            let isThief = conversation % 4 == 0
            for turn in 0..<6 {
                let said = (conversation + turn) % 3 == 0 ? "no" : "ask"
                let number = (conversation * 7 + turn * 5 + 3) % 11
                let did =
                    isThief
                    ? (number < 7 ? "insisted" : number < 9 ? "left" : "asked")
                    : (number < 2 ? "insisted" : number < 5 ? "left" : "asked")
                lines.append(
                    "\(conversation),\(said),\(did),\(conversation % 2 == 0 ? (isThief ? "bad" : "good") : "")")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private static let mapping = """
        calibration: 1
        name: hidden
        source: study
        conversation: id
        type: {column: who, labels: {good: honest, bad: rude}}
        response: {column: said, labels: {no: refuse, ask: ask}}
        features: {refuse: {firmness: 1}, ask: {inquiry: 1}}
        reaction: {column: did, labels: {asked: ask, left: leave, insisted: insist}}
        models:
          m: {fit: hidden, types: [honest, rude], terms: ["feature:firmness", "factor:type"], reference: ask, l2: 0.1, users: {honest: benign, rude: malicious}}
        """

    private func fit(_ mapping: String = mapping, folds: Int = 0) throws -> CalibrationResult {
        try CalibrationResult.fit(
            Support.table(Self.rows), Support.mapping(mapping),
            FitRequest(folds: folds, bootstraps: 0, seed: 1, threads: 2))
    }

    @Test("Types become users: shared coefficients, shifted intercepts, shares, and a covariance that knows both")
    func users() throws {
        let result = try fit()
        let model = try #require(result.hidden.first)
        let values = Dictionary(result.coefficients.map { ($0.path, $0.value) }) { first, _ in first }
        let estimates = Dictionary(zip(model.fit.names, model.fit.estimates)) { first, _ in first }
        let bias = try #require(estimates["utility.insist.bias"])
        let shift = try #require(estimates["utility.insist.type=rude"])
        #expect(abs(try #require(values["users.benign.utility.insist.bias"]) - bias) < 5e-5)
        #expect(abs(try #require(values["users.malicious.utility.insist.bias"]) - (bias + shift)) < 5e-5)
        #expect(values["users.benign.utility.leave.firmness"] == values["users.malicious.utility.leave.firmness"])
        let shares = try [#require(values["users.benign.prior"]), #require(values["users.malicious.prior"])]
        #expect(abs(shares[0] + shares[1] - 1) < 1e-9 && shares[0] > 0.6)
        let covariance = try #require(model.covariance)
        let (n, i) = (model.fit.names.count, try #require(model.fit.names.firstIndex(of: "utility.insist.bias")))
        let j = try #require(model.fit.names.firstIndex(of: "utility.insist.type=rude"))
        let block = model.block(source: "study")
        let place = try #require(block.paths.firstIndex(of: "users.malicious.utility.insist.bias"))
        let expected = covariance[i * n + i] + 2 * covariance[i * n + j] + covariance[j * n + j]
        #expect(abs(block.covariance[place * block.paths.count + place] - expected) < 1e-12)
        #expect(result.report.contains("BIC") && result.report.contains("clustered se"))
    }

    @Test("The scenario keeps its comments, the fitted users' prior among the others, and reads the covariance")
    func merged() throws {
        let path = "\(Support.root)/scenarios/self-harm-question.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let result = try fit()
        let merged = try ScenarioMerge.merge(
            result.coefficients, reference: result.references,
            into: try Scenario.parse(
                text.replacingOccurrences(of: "rationality: 1.4", with: "rationality: 1.0"), file: "s.yaml"))
        let priors = merged.split(separator: "\n").filter { $0.hasPrefix("    prior:") }.compactMap {
            $0.split(separator: " ").dropFirst().first.flatMap { Double($0) }
        }
        #expect(priors.count == 3 && abs(priors[0] + priors[2] - 0.68) < 1e-9 && priors[1] == 0.32)
        #expect(merged.contains("of 0.68 that these users share"))
        let comments = text.split(separator: "\n").filter { $0.hasPrefix("#") }
        #expect(comments.allSatisfy { merged.contains($0) })
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nacre-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in result.files(try Support.mapping(Self.mapping), try Support.table(Self.rows)) {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        let bare = merged.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0 != "uncertainty:" }
        try (bare.joined(separator: "\n") + "\nuncertainty: {covariance: covariance.csv}\n").write(
            to: folder.appendingPathComponent("scenario.yaml"), atomically: true, encoding: .utf8)
        let read = try Scenario.load(path: folder.appendingPathComponent("scenario.yaml").path)
        #expect(read.uncertainty != nil)
    }

    @Test("Held-out loss stands next to the shares and to the reaction before")
    func heldOut() throws {
        let model = try #require(try fit(folds: 4).hidden.first)
        #expect(model.heldOut.map(\.name) == ["shares", "reaction before", "m"])
        #expect(model.heldOut[2].loss.meanLoss < model.heldOut[0].loss.meanLoss)
        #expect(model.unfinishedFolds == 0)
    }

    @Test("Users that do not fit the types, and two models for one number, are refused")
    func refused() throws {
        func problem(_ change: (String) -> String) -> String {
            do {
                _ = try fit(change(Self.mapping))
                return "none"
            } catch { return "\(error)" }
        }
        #expect(
            problem { $0.replacingOccurrences(of: "users: {honest: benign, rude: malicious}", with: "user: benign") }
                .contains("there are 2 types"))
        #expect(
            problem { $0.replacingOccurrences(of: "rude: malicious}", with: "rude: benign}") }.contains("two types"))
        #expect(
            problem { $0.replacingOccurrences(of: "rude: malicious}", with: "cruel: malicious}") }
                .contains("has the type 'cruel'"))
        #expect(
            problem { $0 + "\n  r: {fit: reactions, terms: [\"feature:firmness\"], reference: ask, user: benign}\n" }
                .contains("only one of them may have the user"))
    }
}
