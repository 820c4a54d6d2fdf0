import Foundation
import Output
import Testing

/// The notebooks as they are shipped: no outputs, and no files read but those of the data folder. Whether their cells run, and with
/// them their assertions, is `scripts/notebooks`' to say; that needs Python and minutes.
@Suite("Notebooks")
struct NotebookTests {
    static let names = ["from-python", "preference-pairs", "response-strategies"]

    /// What cells may import: the standard library, pandas, matplotlib, and our own package, which runs the program.
    private static let modules: Set = [
        "hashlib", "json", "math", "matplotlib.pyplot", "nacre", "os", "pandas", "pathlib",
    ]

    /// Ways to open a file, of Python and of pandas.
    private static let readers = ["open(", "read_csv(", "read_json(", "read_text(", "read_bytes("]

    /// Ways out of the data folder that no cell has a reason to use.
    private static let forbidden = [
        "subprocess", "os.system", "import_module", "__import__", "http:", "https:", "%pip", "%run",
    ]

    private func cells(_ name: String) throws -> [JSONValue] {
        let url = URL(fileURLWithPath: "\(CLI.root)/notebooks/\(name).ipynb")
        let document = try JSONValue(parsing: String(contentsOf: url, encoding: .utf8))
        #expect(document["nbformat"] == .integer(4))
        return try #require(document["cells"]?.arrayValue)
    }

    private func code(_ name: String) throws -> [(cell: JSONValue, lines: [String])] {
        try cells(name).filter { $0["cell_type"] == .string("code") }.map { cell in
            let source = try #require(cell["source"]?.arrayValue).compactMap(\.stringValue).joined()
            return (cell, source.components(separatedBy: "\n"))
        }
    }

    @Test("All of them are tested here")
    func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(CLI.root)/notebooks")
        #expect(files.filter { $0.hasSuffix(".ipynb") }.sorted() == Self.names.map { "\($0).ipynb" })
    }

    @Test("They are shipped without outputs", arguments: names)
    func noOutputs(_ name: String) throws {
        let code = try code(name)
        #expect(!code.isEmpty)
        for (cell, _) in code {
            #expect(cell["outputs"] == .array([]))
            #expect(cell["execution_count"] == .null)
        }
    }

    @Test("They read nothing but the data folder", arguments: names)
    func readsDataOnly(_ name: String) throws {
        let lines = try code(name).flatMap(\.lines)
        let reading = lines.filter { line in Self.readers.contains { line.contains($0) } }
        #expect(!reading.isEmpty)
        for line in reading { #expect(line.contains("DATA / folder"), "\(line)") }
        let folder = #"DATA = Path(os.environ.get("NACRE_DATA", "../notebooks-output/data"))"#
        #expect(lines.filter { $0.contains("DATA = ") } == [folder])
        for line in lines where line.hasPrefix("import ") || line.hasPrefix("from ") {
            let module = try #require(line.split(separator: " ").dropFirst().first)
            #expect(Self.modules.contains(String(module)), "\(line)")
        }
        for line in lines {
            for word in Self.forbidden { #expect(!line.contains(word), "\(line)") }
            #expect(!line.hasPrefix("!"), "\(line)")
        }
    }

    @Test("Every notebook asserts what it says", arguments: names)
    func asserts(_ name: String) throws {
        let asserting = try code(name).filter { $0.lines.contains { $0.contains("assert ") } }
        #expect(asserting.count >= 5)
    }
}
