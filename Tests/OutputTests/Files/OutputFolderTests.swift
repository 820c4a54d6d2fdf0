import Foundation
import Output
import Testing

@Suite("Folders that appear whole or not at all")
struct OutputFolderTests {
    @Test("Nothing stands in its place until it is finished, then everything does")
    func commit() throws {
        let place = try Place()
        let folder = try OutputFolder(path: place.file("out"), replaces: false)
        try folder.write("a.txt", "text")
        try folder.writeLines("deep/b.jsonl") { line in for row in 0..<3 { try line(Array("{\(row)}".utf8)) } }
        #expect(!FileManager.default.fileExists(atPath: place.file("out")))
        try folder.commit()
        #expect(try place.names == ["out", "out/a.txt", "out/deep", "out/deep/b.jsonl"])
        #expect(try String(contentsOfFile: place.file("out/deep/b.jsonl"), encoding: .utf8) == "{0}\n{1}\n{2}\n")
    }

    @Test("Every file is recorded with its hash, bytes and rows")
    func records() throws {
        let place = try Place()
        let folder = try OutputFolder(path: place.file("out"), replaces: false)
        try folder.write("abc", "abc", rows: 1)
        try folder.write("empty", "")
        // Longer than the buffer of lines.
        try folder.writeLines("lines") { line in for _ in 0..<10_000 { try line(Array("0123456789".utf8)) } }
        try folder.commit()
        #expect(folder.files.map(\.path) == ["abc", "empty", "lines"])
        #expect(folder.files.map(\.bytes) == [3, 0, 110_000])
        #expect(folder.files.map(\.rows) == [1, nil, 10_000])
        for file in folder.files {
            let data = try #require(FileManager.default.contents(atPath: place.file("out/\(file.path)")))
            #expect(ContentHash.sha256(Array(data)) == file.sha256)
            #expect(data.count == file.bytes)
        }
    }

    @Test("What is discarded leaves nothing")
    func discard() throws {
        let place = try Place()
        let folder = try OutputFolder(path: place.file("out"), replaces: false)
        try folder.write("a.txt", "text")
        folder.discard()
        #expect(try place.names.isEmpty)
    }

    @Test("A place that cannot be written is an error that names it")
    func unwritable() {
        let error = #expect(throws: FileError.self) { try OutputFolder(path: "/proc/nowhere/out", replaces: false) }
        #expect(error?.description.contains("/proc/nowhere/out") == true)
    }
}

@Suite("Names by content")
struct ContentHashTests {
    @Test("SHA-256 is that of FIPS 180-4's examples")
    func examples() {
        #expect(ContentHash.sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(ContentHash.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(ContentHash.short("abc") == "ba7816bf8f01cfea")
        #expect(ContentHash.sha256(Array("abc".utf8)) == ContentHash.sha256("abc"))
    }
}
