import Foundation
import Output
import Testing

@Suite("What --force replaces, and what it leaves as it is")
struct ReplacingTests {
    private let place: Place

    init() throws { place = try Place() }

    /// Replaces a folder by one with a file `new`.
    private func replace(_ name: String) throws {
        let folder = try OutputFolder(path: place.file(name), replaces: true)
        try folder.write("new", "text")
        try folder.commit()
    }

    /// Expects a refusal that leaves everything as it is, and returns its text.
    private func refusal(
        _ path: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let before = try place.names
        let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) {
            try OutputFolder(path: path, replaces: true)
        }
        #expect(throws: FileError.self, sourceLocation: sourceLocation) {
            try OutputFolder.check(path: path, replaces: true)
        }
        #expect(try place.names == before, sourceLocation: sourceLocation)
        return error?.description ?? ""
    }

    @Test("A folder that an export wrote is there until the new one takes its place")
    func ours() throws {
        try place.export("out")
        let error = #expect(throws: FileError.self) { try OutputFolder(path: place.file("out"), replaces: false) }
        #expect(error?.description.contains("--force") == true)
        let folder = try OutputFolder(path: place.file("out"), replaces: true)
        try folder.write("new", "text")
        #expect(try place.text("out/data/rows.jsonl") == "{}")
        #expect(try folder.commit().isEmpty)
        #expect(try place.names == ["out", "out/new"])
    }

    @Test("A folder of tables is told by its data dictionary")
    func tables() throws {
        let (csv, picture) = ("a\r\n1\r\n", "<svg/>")
        let dictionary = """
            {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": "x", "title": "X",
            "files": [{"path": "x.svg", "sha256": "\(ContentHash.sha256(picture))", "bytes": 6}], "resources": [{"name": "t",
            "path": "t.csv", "title": "T", "bytes": 6, "hash": "sha256:\(ContentHash.sha256(csv))", "mediatype": "text/csv",
            "schema": {"missingValues": [""], "fields": [{"name": "a", "description": "a number", "type": "integer"}]}}]}
            """
        try place.write("out/t.csv", csv)
        try place.write("out/x.svg", picture)
        try place.write("out/datapackage.json", dictionary)
        try replace("out")
        #expect(try place.names == ["out", "out/new"])
        // The same without the list of pictures, as before there was one: the picture might be anybody's.
        try place.write("old/t.csv", csv)
        try place.write("old/x.svg", picture)
        try place.write("old/datapackage.json", dictionary.replacingOccurrences(of: "\"files\"", with: "\"others\""))
        #expect(try refusal(place.file("old")).contains("x.svg"))
    }

    @Test("With and without a system that exchanges names, the old folder goes and what came into it meanwhile stays")
    func exchange() throws {
        for exchanges in [true, false] {
            try place.export("out")
            let old = try OwnFolder(place.file("out"), shown: "out")
            try place.write("new/rows", "new")
            let exchange = FolderExchange(
                temporary: place.file("new"), destination: place.file("out"), aside: place.file("aside"), shown: "out",
                exchanges: exchanges)
            #expect(try exchange.replace(old) == nil)
            #expect(try place.names == ["out", "out/rows"])
            try FileManager.default.removeItem(atPath: place.file("out"))
            try place.export("out")
            let known = try OwnFolder(place.file("out"), shown: "out")
            try place.write("out/data/thesis.txt")
            try place.write("new/rows", "new")
            #expect(try exchange.replace(known)?.contains(place.file("aside")) == true)
            #expect(try place.names == ["aside", "aside/data", "aside/data/thesis.txt", "out", "out/rows"])
            for name in ["aside", "out"] { try FileManager.default.removeItem(atPath: place.file(name)) }
            // Nothing to put in place: the old folder comes back.
            try place.export("out")
            #expect(throws: SystemError.self) { try exchange.replace(OwnFolder(place.file("out"), shown: "out")) }
            #expect(try place.text("out/data/rows.jsonl") == "{}")
            try FileManager.default.removeItem(atPath: place.file("out"))
        }
    }

    @Test("An empty folder is replaced")
    func empty() throws {
        try FileManager.default.createDirectory(atPath: place.file("out"), withIntermediateDirectories: false)
        try replace("out")
        #expect(try place.names == ["out", "out/new"])
    }

    @Test(
        "A manifest that no export wrote protects everything beside it",
        arguments: [
            "kept", "{}", #"{"name": "my-app", "files": ["thesis.txt"]}"#, #"{"format": 1, "files": []}"#,
            #"{"manifest_version": 3, "name": "extension", "version": "1.0"}"#,
            #"{"format": 1, "kind": "suite", "files": [{"path": "thesis.txt", "sha256": "no hash"}], "suite_hash": "x"}"#,
        ])
    func foreignManifest(text: String) throws {
        for name in ["manifest.json", "datapackage.json"] {
            let folder = "home-\(name)"
            try place.write("\(folder)/\(name)", text)
            try place.write("\(folder)/thesis.txt")
            #expect(try refusal(place.file(folder)).contains("was not written by an export"))
        }
    }

    @Test("Whatever an export did not write is named, and kept: a file, a folder, a link, an edit")
    func added() throws {
        try place.export("file")
        try place.write("file/data/thesis.txt")
        #expect(try refusal(place.file("file")).contains("data/thesis.txt"))
        try place.export("folder")
        try FileManager.default.createDirectory(
            atPath: place.file("folder/notes"), withIntermediateDirectories: false)
        #expect(try refusal(place.file("folder")).contains("notes"))
        try place.export("link")
        try place.link("link/elsewhere", to: place.path)
        #expect(try refusal(place.file("link")).contains("elsewhere"))
        try place.export("edited", ["README.md": "card", "rows.jsonl": "{}"])
        try place.write("edited/README.md", "card, with my notes")
        #expect(try refusal(place.file("edited")).contains("README.md (changed since)"))
        // What is missing is nobody's loss.
        try place.export("less", ["README.md": "card", "rows.jsonl": "{}"])
        try FileManager.default.removeItem(atPath: place.file("less/README.md"))
        try replace("less")
    }

    @Test("What comes in while an export works stops it, and is kept")
    func meanwhile() throws {
        try place.export("out")
        let folder = try OutputFolder(path: place.file("out"), replaces: true)
        try folder.write("new", "text")
        try place.write("out/thesis.txt")
        let error = #expect(throws: FileError.self) { try folder.commit() }
        #expect(error?.description.contains("thesis.txt") == true)
        #expect(try place.text("out/thesis.txt") == "kept")
    }

    @Test("Two exports to one place: the second says so, and neither is harmed")
    func both() throws {
        let first = try OutputFolder(path: place.file("out"), replaces: false)
        let second = try OutputFolder(path: place.file("out"), replaces: false)
        try first.write("a", "first")
        try second.write("a", "second")
        try first.commit()
        let error = #expect(throws: FileError.self) { try second.commit() }
        #expect(error?.description.contains("\(place.file("out")) exists already") == true)
        second.discard()
        #expect(try place.names == ["out", "out/a"])
        #expect(try place.text("out/a") == "first")
    }

    @Test("No name, the current folder, the home folder, the root and those above are refused")
    func special() throws {
        for path in ["", " ", "\n", ".", "./", "..", "/", "///", NSHomeDirectory(), "/tmp/.."] {
            #expect(try !refusal(path).isEmpty)
        }
        #expect(try refusal("").contains("empty"))
        #expect(try refusal(FileManager.default.currentDirectoryPath).contains("the current folder"))
        #expect(try refusal("/").contains("has the"))
    }

    @Test("A link to a folder stays one, and the folder that it leads to is replaced")
    func link() throws {
        try place.export("real")
        try place.link("out", to: "real")
        try replace("out")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place.file("out")) == "real")
        #expect(try place.text("real/new") == "text")
        try place.link("nowhere", to: "missing/folder")
        #expect(try refusal(place.file("nowhere")).contains("missing/folder, which does not exist"))
    }

    @Test("A part of the path that is a file, and a name that is too long, are named")
    func impossible() throws {
        try place.write("file")
        #expect(try refusal(place.file("file/out")).contains("not a folder"))
        #expect(try refusal(place.file("file")).contains("is a file"))
        let long = String(repeating: "x", count: 300)
        #expect(try refusal(place.file(long)).contains("too long"))
        #expect(try refusal("/dev/null").contains("is a device"))
        // As long as the system takes; the temporary name beside it is shorter.
        try replace(String(repeating: "é", count: 127))
    }

    @Test("Names inside the folder stay inside it", arguments: ["../a", "/a", "a//b", "", ".", "a/../../b"])
    func inside(name: String) throws {
        let folder = try OutputFolder(path: place.file("out"), replaces: false)
        #expect(throws: FileError.self) { try folder.write(name, "text") }
        folder.discard()
        #expect(try place.names.isEmpty)
    }
}
