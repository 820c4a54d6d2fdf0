import Documents
import Foundation
import Scenarios
import Testing

/// Every broken file in `scenarios/invalid` and exactly what is said about it.
///
/// `NACRE_RECORD=1 swift test` writes the expected texts and the messages of the index anew, and fails, so that what changed
/// is read before it is kept.
@Suite struct InvalidFilesTests {
    static let folder = "scenarios/invalid"
    private static let isRecording = ProcessInfo.processInfo.environment["NACRE_RECORD"] == "1"

    /// One entry of `index.json`.
    struct Entry: Codable, CustomTestStringConvertible {
        var file: String
        var about: String
        var messages: [String]?
        var schemaRejects: Bool
        var reason: String?

        enum CodingKeys: String, CodingKey {
            case file, about, messages, reason
            case schemaRejects = "schema_rejects"
        }

        var testDescription: String { file }
    }

    static let index: [Entry] = {
        let url = Fixtures.root.appending(path: "\(folder)/index.json")
        guard let data = try? Data(contentsOf: url) else { return [] }
        return (try? JSONDecoder().decode([Entry].self, from: data)) ?? []
    }()

    /// The diagnostics of a broken file, which names itself relative to the package.
    private func failure(of file: String) throws -> DocumentError {
        let root = Fixtures.root.path(percentEncoded: false)
        let path = root + (root.hasSuffix("/") ? "" : "/")
        do throws(DocumentError) {
            _ = try Scenario.load(path: "\(path)\(Self.folder)/\(file)")
        } catch {
            var relative = error
            for index in relative.diagnostics.indices {
                relative.diagnostics[index].file = "\(Self.folder)/\(file)"
            }
            return relative
        }
        return DocumentError(diagnostics: [])
    }

    @Test(arguments: index)
    func saysExactly(_ entry: Entry) throws {
        let failure = try failure(of: entry.file)
        let found = failure.description + "\n"
        let name = entry.file.replacing(".yaml", with: ".expected")
        let url = Fixtures.root.appending(path: "\(Self.folder)/\(name)")
        if Self.isRecording {
            try found.write(to: url, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name); run again without NACRE_RECORD")
            return
        }
        #expect(!failure.diagnostics.isEmpty)
        #expect(try String(contentsOf: url, encoding: .utf8) == found)
        #expect(entry.messages == failure.diagnostics.map { "\($0.path) \($0.message)".trimmed })
    }

    @Test func theIndexListsEveryFile() throws {
        let files = Fixtures.files(in: Self.folder, ending: ".yaml").map(\.lastPathComponent)
        #expect(!files.isEmpty)
        #expect(files == Self.index.map(\.file))
        let expected = Fixtures.files(in: Self.folder, ending: ".expected").map(\.lastPathComponent)
        #expect(expected == files.map { $0.replacing(".yaml", with: ".expected") })
        for entry in Self.index { #expect((entry.reason == nil) == entry.schemaRejects, "\(entry.file)") }
        guard Self.isRecording else { return }
        var entries = Self.index
        for index in entries.indices {
            entries[index].messages = try failure(of: entries[index].file).diagnostics.map {
                "\($0.path) \($0.message)".trimmed
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(entries) + Data("\n".utf8)
        try data.write(to: Fixtures.root.appending(path: "\(Self.folder)/index.json"))
        Issue.record("recorded index.json; run again without NACRE_RECORD")
    }
}

extension String {
    fileprivate var trimmed: String { hasPrefix(" ") ? String(dropFirst()) : self }
}
