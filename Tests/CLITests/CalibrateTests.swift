import CanonicalJSON
import Foundation
import Testing

@Suite("calibrate")
struct CalibrateTests {
    private static let mapping = """
        calibration: 1
        name: small
        source: small-study
        conversation: id
        response: {column: said, labels: {no: refuse, ask: ask}}
        features: {refuse: {firmness: 1}, ask: {inquiry: 1}}
        reaction: {column: did, labels: {asked: ask, left: leave, insisted: insist}}
        models:
          r: {fit: reactions, terms: ["feature:firmness"], reference: ask, user: benign}
        """

    /// Ninety rows in thirty conversations, with every reaction after every response.
    private static let rows: String =
        (["id,said,did"]
        + (0..<90).map { row in
            let said = row % 2 == 0 ? "no" : "ask"
            let number = (row * 7 + 3) % 11
            let did = number < 5 ? "asked" : number < 8 ? "insisted" : "left"
            return "\(row / 3),\(said),\(did)"
        }).joined(separator: "\n") + "\n"

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("map.yaml", Self.mapping)
        try folder.write("data.csv", Self.rows)
        return folder
    }

    @Test("A fit becomes a scenario that is valid, with the same bytes for any number of threads")
    func fits() throws {
        let folder = try folder()
        for threads in ["1", "2"] {
            let ended = try CLI.start(
                [
                    "calibrate", "data.csv", "--mapping", "map.yaml", "--into", CLI.scenario("self-harm-question"),
                    "--folds",
                    "3", "--bootstrap", "20", "--threads", threads, "--quiet", "--out", "fit\(threads)",
                ], in: folder
            ).ended()
            #expect(ended.status == 0, "\(ended.messages)")
            #expect(ended.output.contains("users.benign.utility.leave.firmness"))
        }
        #expect(try folder.contents(of: "fit1") == folder.contents(of: "fit2"))
        #expect(
            Set(try folder.contents(of: "fit1").keys) == [
                "report.md", "coefficients.csv", "counts.csv", "covariance.csv", "users.yaml", "scenario.yaml",
                "reliability-r.svg", "manifest.json",
            ])
        #expect(try CLI.run("validate", "fit1/scenario.yaml", in: folder).status == 0)
        #expect(try folder.text("fit1/scenario.yaml").contains("# source: small-study (se "))
    }

    @Test("JSON has every coefficient with its errors")
    func json() throws {
        let folder = try folder()
        let document = try CLI.json(
            "calibrate", "data.csv", "--mapping", "map.yaml", "--folds", "0", "--quiet", "--out", "fit", in: folder)
        let model = try #require(document["models"]?.arrayValue?.first)
        #expect(model["coefficients"]?.arrayValue?.count == 4)
        #expect(model["coefficients"]?.arrayValue?.first?["path"]?.stringValue == "users.benign.utility.leave.bias")
    }

    @Test("Labels without a name are bad input, and nothing is written")
    func unmapped() throws {
        let folder = try folder()
        try folder.write("data.csv", Self.rows + "40,no,sulked\n")
        let ended = try CLI.run("calibrate", "data.csv", "--mapping", "map.yaml", "--out", "fit", in: folder)
        #expect(ended.status == 65)
        #expect(ended.messages.contains("did 'sulked': 1 rows"))
        #expect(!folder.contains("fit"))
    }

    @Test("Separated data are refused by name")
    func separated() throws {
        let folder = try folder()
        try folder.write(
            "data.csv", "id,said,did\n1,no,left\n2,no,left\n3,ask,asked\n4,ask,insisted\n5,no,insisted\n6,ask,asked\n")
        let ended = try CLI.run(
            "calibrate", "data.csv", "--mapping", "map.yaml", "--folds", "0", "--out", "fit", in: folder)
        #expect(ended.status == 65)
        #expect(ended.messages.contains("users.benign.utility.leave.firmness → +∞"))
    }
}
