import Foundation
import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// An export that is interrupted and gone on with gives the same bytes.
@Suite struct FormatsResumeTests {
    @Test(arguments: [0, 1, 7, 40]) func resumedIsTheSame(rows: Int) throws {
        let fixture = try FormatsFixture()
        let dataset = try fixture.dataset(.dpo, rowsPerPair: 24, nodes: 12)
        let folder = try FormatsFolder()
        let whole = try folder.write(dataset, .dpo, as: "whole")
        let identity = try dataset.identity(.dpo)
        let path = folder.path + "/out"
        let first = try OutputFolder(path: path, replaces: false, identity: identity)
        var asked = 0
        #expect(throws: InterruptedError.self) {
            try dataset.write(
                .dpo, to: first,
                shouldStop: {
                    asked += 1
                    return asked > rows
                })
        }
        try abandon(folder)
        let second = try OutputFolder(path: path, replaces: false, identity: identity, resumes: true)
        #expect(second.isResumed)
        try dataset.write(.dpo, to: second)
        try second.commit()
        #expect(try folder.files("out") == whole)
    }

    @Test func otherDataAreNotGoneOnWith() throws {
        let fixture = try FormatsFixture()
        let folder = try FormatsFolder()
        let path = folder.path + "/out"
        let dataset = try fixture.dataset(.dpo)
        let first = try OutputFolder(path: path, replaces: false, identity: try dataset.identity(.dpo))
        #expect(throws: InterruptedError.self) { try dataset.write(.dpo, to: first, shouldStop: { true }) }
        try abandon(folder)
        let other = try fixture.dataset(.dpo, rowsPerPair: 4).identity(.dpo)
        let second = try OutputFolder(path: path, replaces: false, identity: other, resumes: true)
        #expect(!second.isResumed)
        second.discard()
    }

    /// Gives the unfinished folder the name that a process which no longer runs would have left.
    private func abandon(_ folder: FormatsFolder) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let unfinished = try #require(names.first { $0.hasPrefix(".out.partial-") })
        try FileManager.default.moveItem(
            atPath: folder.path + "/" + unfinished, toPath: folder.path + "/.out.partial-2147483646")
    }
}
