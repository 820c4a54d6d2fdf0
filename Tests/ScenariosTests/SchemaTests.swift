import Documents
import Foundation
import Scenarios
import Testing

/// The JSON Schema against every scenario of the repository, with a real validator.
@Suite(.enabled(if: Python.hasJSONSchema, "python3 with the module jsonschema is not installed"))
struct SchemaTests {
    /// Reads {"schema": …, "documents": {name: …}} and writes {name: first error or null}.
    private static let program = """
        import json, sys
        from jsonschema import Draft202012Validator
        task = json.load(sys.stdin)
        Draft202012Validator.check_schema(task["schema"])
        validator = Draft202012Validator(task["schema"])
        found = {}
        for name, document in task["documents"].items():
            error = next(iter(validator.iter_errors(document)), None)
            found[name] = None if error is None else error.message[:200]
        json.dump(found, sys.stdout)
        """

    /// The first error of the schema for each document, or nil.
    private func verdicts(_ documents: [String: String]) throws -> [String: String?] {
        let schema = try String(
            contentsOf: Fixtures.root.appending(path: "scenarios/schema/scenario.v1.json"), encoding: .utf8)
        let list = documents.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        let input = Data("{\"schema\":\(schema),\"documents\":{\(list)}}".utf8)
        let output = try Python.run(Self.program, input: input, seconds: 60)
        return try JSONDecoder().decode([String: String?].self, from: output)
    }

    private func json(_ url: URL) throws -> String? {
        JSONForm.text(of: Array(try Data(contentsOf: url)), file: url.lastPathComponent)
    }

    @Test func everyShippedScenarioIsAccepted() throws {
        var documents = [
            "full": JSONForm.text(of: Array(Fixtures.full.utf8), file: "full"),
            "smallest": JSONForm.text(of: Array(Fixtures.smallest.utf8), file: "smallest"),
        ]
        for url in Fixtures.files(in: "scenarios", ending: ".yaml") { documents[url.lastPathComponent] = try json(url) }
        for (name, verdict) in try verdicts(documents.compactMapValues(\.self)) {
            #expect(verdict == nil, "\(name)")
        }
    }

    @Test func theIndexSaysWhichBrokenFilesItRejects() throws {
        var documents: [String: String] = [:]
        for entry in InvalidFilesTests.index {
            let url = Fixtures.root.appending(path: "\(InvalidFilesTests.folder)/\(entry.file)")
            documents[entry.file] = try json(url)
        }
        let verdicts = try verdicts(documents)
        for entry in InvalidFilesTests.index {
            let isRejected = (verdicts[entry.file] ?? nil) != nil
            #expect(isRejected == entry.schemaRejects, "\(entry.file)")
        }
    }
}
