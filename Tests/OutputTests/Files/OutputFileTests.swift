import Foundation
import Output
import Testing

@Suite("Single files: replaced whole, written through, or refused")
struct OutputFileTests {
    private let place: Place

    init() throws { place = try Place() }

    private func write(_ path: String, replaces: Bool = true) throws {
        try OutputFile(path: path, replaces: replaces).write("new")
    }

    private func refusal(_ path: String, replaces: Bool = true) -> String {
        let error = #expect(throws: FileError.self) { try write(path, replaces: replaces) }
        return error?.description ?? ""
    }

    @Test("A file is made, and an existing one is replaced only where that is asked for; its permissions stay")
    func file() throws {
        try write(place.file("a"), replaces: false)
        #expect(try place.text("a") == "new")
        try place.write("b", "old")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: place.file("b"))
        #expect(refusal(place.file("b"), replaces: false).contains("--force"))
        #expect(try place.text("b") == "old")
        try write(place.file("b"))
        #expect(try place.text("b") == "new")
        #expect(
            try FileManager.default.attributesOfItem(atPath: place.file("b"))[.posixPermissions] as? Int == 0o640)
        #expect(try place.names == ["a", "b"])
    }

    @Test("A symbolic link stays one, and what it leads to is written")
    func link() throws {
        try place.write("deep/real", "old")
        try place.link("link", to: "deep/real")
        #expect(refusal(place.file("link"), replaces: false).contains("--force"))
        try write(place.file("link"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place.file("link")) == "deep/real")
        #expect(try place.text("deep/real") == "new")
        try place.link("nowhere", to: "missing")
        #expect(refusal(place.file("nowhere")).contains("missing, which does not exist"))
        try place.link("circle", to: "circle")
        #expect(refusal(place.file("circle")).contains("circle"))
        #expect(try place.names == ["circle", "deep", "deep/real", "link", "nowhere"])
    }

    @Test("A device is written to and stays one, even without --force: nothing is replaced")
    func device() throws {
        try place.link("null", to: "/dev/null")
        for path in ["/dev/null", place.file("null")] {
            try write(path, replaces: false)
            #expect(!OutputFile.wouldReplace(path))
        }
        #expect(
            try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
                == .typeCharacterSpecial)
    }

    @Test("A full disk is said to be one", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func full() { #expect(refusal("/dev/full").contains("the disk is full")) }

    @Test("A pipe is written to; without a reader that is an error, and no wait")
    func pipe() throws {
        let path = place.file("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(refusal(path).contains("nobody reads"))
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try write(path, replaces: false)
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(read(reader, &buffer, 8) == 3)
        #expect(
            try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType != .typeRegular)
    }

    @Test("No name, folders, and places where nothing can be made are refused before any work")
    func refused() throws {
        try place.write("file", "old")
        for path in ["", "  ", place.path, "\(place.path)/", place.file("file/a"), place.file("no/folder/a")] {
            #expect(throws: FileError.self) { try OutputFile(path: path, replaces: true) }
        }
        #expect(refusal(place.file("no/folder/a")).contains("there is no folder"))
        try OutputFile.write("made", to: place.file("made/too/a"), replaces: false)
        #expect(try place.text("made/too/a") == "made")
        #expect(try place.text("file") == "old")
    }
}
