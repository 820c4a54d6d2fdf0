import Foundation
import Output
import Testing

@Suite("Exports of the game for other programs")
struct InterchangeExportTests {
    private func short(_ folder: TemporaryFolder) throws -> String {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try folder.write("short.yaml", text.replacing("horizon: 4 ", with: "horizon: 1 "))
        return folder.file("short.yaml")
    }

    @Test(
        "the same command writes the same bytes, and the manifest says which",
        arguments: [
            ["pomdp"], ["pomdp", "--format", "pomdpx"], ["prism"], ["prism", "--policy", "reference"],
            ["efg", "--player", "owner"],
        ])
    func sameBytes(format: [String]) throws {
        let folder = try TemporaryFolder()
        let scenario = try short(folder)
        var written: [[String: Data]] = []
        for force in [[], ["--force"]] {
            let ended = try CLI.start(["export"] + format + [scenario, "--out", "out"] + force, in: folder).ended()
            #expect(ended.status == 0, "\(ended.messages)")
            written.append(try folder.contents(of: "out"))
        }
        #expect(written[0] == written[1])
        let name = "starter.\(format.contains("pomdpx") ? "pomdpx" : format[0])"
        #expect(written[0].keys.sorted() == ["manifest.json", name])
        let manifest = try Shape.canonical(try folder.text("out/manifest.json"))
        try Shape.check(
            manifest,
            [
                "format": .integer, "dataset": .string, "scenario": .string, "game_hash": .string, "file_hash": .string,
                "maximise": .string, "policy": .orNull(.string), "policy_hash": .orNull(.string),
                "value_shift": .number, "command_line": .string, "version": .string,
                "files": .list(
                    .object(["path": .string, "sha256": .string, "bytes": .integer, "rows": .orNull(.integer)])),
            ])
        let bytes = manifest["files"]?.arrayValue?.first?["bytes"]?.integerValue
        #expect(bytes == written[0][name]?.count)
    }

    @Test("an existing folder, a tree that is too large and a player that is none are refused, and nothing is left")
    func refuses() throws {
        let folder = try TemporaryFolder()
        #expect(try CLI.run("export", "pomdp", CLI.scenario(), "--out", "a", in: folder).status == 0)
        #expect(try CLI.run("export", "pomdp", CLI.scenario(), "--out", "a", in: folder).status == 74)
        let large = try CLI.run("export", "efg", CLI.scenario(), "--out", "b", in: folder)
        #expect(large.status == 65)
        #expect(large.messages.contains("nodes; at most 1000000 are written"))
        let nobody = try CLI.run("export", "efg", CLI.scenario(), "--player", "ownr", "--out", "b", in: folder)
        #expect(nobody.status == 65)
        #expect(nobody.messages.contains("did you mean owner?"))
        #expect(
            try CLI.run("export", "pomdp", CLI.scenario(), "--discount", "2", "--out", "b", in: folder).status == 64)
        #expect(Set(try folder.contents().keys.map { $0.prefix(1) }) == ["a"])
    }
}
