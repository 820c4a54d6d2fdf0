import Foundation
import GameModel
import Scenarios
import Testing
import UserAgents

@Suite("Uncertain coefficients")
struct UncertaintyTests {
    private func starter() throws -> Scenario {
        try Scenario.load(path: Fixtures.root.appending(path: "scenarios/starter.yaml").path(percentEncoded: false))
    }

    @Test("are read in the file's order with their deviations, and do not change the game")
    func deviations() throws {
        let scenario = try starter()
        let uncertainty = try #require(scenario.uncertainty)
        #expect(
            uncertainty.parameters.map(\.path).prefix(3) == [
                "users.owner.rationality", "users.owner.utility.accept.bias", "users.owner.utility.accept.information",
            ])
        #expect(uncertainty.parameters.count == 10)
        #expect(uncertainty.deviations.prefix(3) == [0.2, 0.3, 0.5])
        let text = scenario.sourceText
        let end = try #require(text.range(of: "# How unsure"))
        let certain = try Scenario.parse(String(text[..<end.lowerBound]), file: "a.yaml")
        #expect(certain.uncertainty == nil)
        #expect(certain.gameHash == scenario.gameHash)
        #expect(certain.fileHash != scenario.fileHash)
    }

    @Test("a draw moves each coefficient by its deviation and nothing else")
    func draw() throws {
        let scenario = try starter()
        let uncertainty = try #require(scenario.uncertainty)
        var normals = [Double](repeating: 0, count: uncertainty.parameters.count)
        let same = try Game(uncertainty.definition(scenario.definition, normals: normals))
        #expect(same.reaction == scenario.game.reaction && same.move == scenario.game.move)
        normals[0] = 1
        normals[1] = -2
        let drawn = try uncertainty.definition(scenario.definition, normals: normals)
        let owner = try #require(drawn.users[0].agent as? QuantalResponseUser)
        let nominal = try #require(scenario.definition.users[0].agent as? QuantalResponseUser)
        #expect(owner.rationality == exp(0.2))
        let accept = try #require(owner.predictors[0])
        let before = try #require(nominal.predictors[0])
        #expect(accept.bias == before.bias - 0.6)
        #expect(accept.features == before.features)
        #expect(Array(owner.predictors.dropFirst()) == Array(nominal.predictors.dropFirst()))
        #expect(owner.movement == nominal.movement)
        #expect(
            drawn.users[1].agent as? QuantalResponseUser == scenario.definition.users[1].agent as? QuantalResponseUser)
    }

    @Test("a covariance file gives factors whose product it is")
    func covariance() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nacre-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = ["users.owner.rationality", "users.owner.utility.accept.bias", "users.thief.move.inertia"]
        let rows = [[0.04, 0.01, 0.0], [0.01, 0.09, -0.02], [0.0, -0.02, 0.25]]
        let lines = [["parameter"] + names] + zip(names, rows).map { [$0] + $1.map { "\($0)" } }
        let csv = lines.map { $0.joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
        try csv.write(to: folder.appending(path: "fitted.csv"), atomically: true, encoding: .utf8)
        let text = try starter().sourceText
        let end = try #require(text.range(of: "uncertainty:"))
        let file = folder.appending(path: "a.yaml")
        try (text[..<end.lowerBound] + "uncertainty: {covariance: fitted.csv}\n").write(
            to: file, atomically: true, encoding: .utf8)
        let uncertainty = try #require(try Scenario.load(path: file.path(percentEncoded: false)).uncertainty)
        #expect(uncertainty.parameters.map(\.path) == names)
        for i in 0..<3 {
            for j in 0..<3 {
                let product = zip(uncertainty.factor[i], uncertainty.factor[j]).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(product - rows[i][j]) < 1e-15)
            }
        }
    }

    @Test("semidefinite covariances are taken, others are refused")
    func factors() throws {
        let parameters = (0..<3).map {
            ParameterUncertainty.Parameter(user: 0, coefficient: .utility(reaction: $0, .bias), path: "p\($0)")
        }
        let shared = [[1.0, 2, 0], [2, 4, 0], [0, 0, 0]]
        let uncertainty = try ParameterUncertainty(parameters: parameters, covariance: shared)
        #expect(abs(uncertainty.deviations[1] - 2) < 1e-15 && uncertainty.deviations[2] == 0)
        for wrong in [
            [[1.0, 2, 0], [2, 1, 0], [0, 0, 1]], [[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]],
            [[-1, 0, 0], [0, 1, 0], [0, 0, 1]],
            [[0, 0.1, 0], [0.1, 1, 0], [0, 0, 1]], [[.nan, 0, 0], [0, 1, 0], [0, 0, 1]],
        ] {
            #expect(throws: GameError.self) { try ParameterUncertainty(parameters: parameters, covariance: wrong) }
        }
    }
}
