import Foundation
import Output
import Testing

@Suite("What exports that were killed left behind")
struct LeftoverTests {
    private let place: Place

    init() throws { place = try Place() }

    private func start(
        _ identity: String? = nil, resumes: Bool = false
    ) throws -> OutputFolder {
        try OutputFolder(path: place.file("out"), replaces: false, identity: identity, resumes: resumes)
    }

    /// Leaves an export of three rows as a kill does: everything is there but the process with its lock.
    private func abandon(_ identity: String) throws {
        struct Stop: Error {}
        let folder = try start(identity)
        #expect(throws: Stop.self) {
            try folder.writeRows("rows") { lines in
                for row in 0..<3 { try lines.write { Array("row \(row)".utf8) } }
                throw Stop()
            }
        }
    }

    private var partial: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.contains(".partial-") }
        }
    }

    @Test("An export afresh removes them and says so, with the place and the size")
    func removed() throws {
        try abandon("a")
        let left = try #require(try partial.first)
        let folder = try start("a")
        #expect(folder.notes.count == 1)
        #expect(folder.notes.first?.contains(left) == true)
        #expect(folder.notes.first?.contains(" bytes)") == true)
        try folder.commit()
        #expect(try place.names == ["out"])
    }

    @Test("Going on takes up the rows that are there")
    func resumed() throws {
        try abandon("a")
        let folder = try start("a", resumes: true)
        #expect(folder.isResumed)
        #expect(folder.notes.isEmpty)
        #expect(folder.kept?.rows == 3)
        var made = 0
        try folder.writeRows("rows") { lines in
            for row in 0..<5 {
                try lines.write {
                    made += 1
                    return Array("row \(row)".utf8)
                }
            }
        }
        try folder.commit()
        #expect(made == 2)
        #expect(try place.text("out/rows") == "row 0\nrow 1\nrow 2\nrow 3\nrow 4\n")
        #expect(try place.names == ["out", "out/rows"])
    }

    @Test("An interrupted export of other data is kept by one that wants to go on, and by one of another kind")
    func kept() throws {
        try abandon("a")
        let left = try partial
        for folder in [try start("b", resumes: true), try start()] {
            #expect(!folder.isResumed)
            #expect(folder.notes.first?.contains("does not resume") == true)
            folder.discard()
        }
        #expect(try partial == left)
    }

    @Test("One that is still at work is left alone, whatever its process id")
    func alive() throws {
        let first = try start("a")
        try first.write("note", "text")
        let second = try start("a", resumes: true)
        #expect(!second.isResumed)
        #expect(second.notes.first?.contains("is being written by another export") == true)
        second.discard()
        try first.commit()
        #expect(try place.names == ["out", "out/note"])
    }

    @Test("Without a lock nothing tells that it is over, so it is named and kept; so is what was being replaced")
    func unknown() throws {
        try place.write(".out.partial-1/thesis.txt")
        try place.write(".out.replaced-1/rows", "old")
        let folder = try start("a")
        #expect(folder.notes.count == 2)
        #expect(folder.notes.first?.contains(".out.partial-1") == true)
        #expect(folder.notes.last?.contains("what it held is in \(place.file(".out.replaced-1"))") == true)
        try folder.commit()
        #expect(try place.text(".out.partial-1/thesis.txt") == "kept")
        #expect(try place.text(".out.replaced-1/rows") == "old")
    }
}
