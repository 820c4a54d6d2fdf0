import Foundation
import Output
import Testing

/// Datasets as the library that trainers load them with sees them.
@Suite("Loading with Hugging Face datasets")
struct LoaderTests {
    /// The Python to ask: the one that the environment names, or the first on the path.
    private static let python = ProcessInfo.processInfo.environment["NACRE_PYTHON"] ?? "/usr/bin/env"
    private static let prefix = python == "/usr/bin/env" ? ["python3"] : []

    private static func run(_ script: String, _ arguments: [String] = []) throws -> ChildProcess.Ended {
        let folder = try TemporaryFolder()
        let caches = ["HF_HOME": folder.path, "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"]
        return try ChildProcess(
            python, prefix + ["-c", script] + arguments, in: folder.path, environment: caches
        ).ended(within: 60)
    }

    /// Whether Python and the library are there, without importing it.
    static let hasDatasets: Bool = {
        let script = "import importlib.util, sys; sys.exit(importlib.util.find_spec('datasets') is None)"
        return (try? run(script))?.status == 0
    }()

    @Test(
        "load_dataset reads a folder as it is, every column of the type that the card says",
        .enabled(if: hasDatasets, "python3 has no datasets; name one that has with NACRE_PYTHON"),
        arguments: ["soft", "quota"])
    func loading(labels: String) throws {
        let folder = try TemporaryFolder()
        let exported = try CLI.json(
            "export", "dpo", CLI.scenario(), "--policy", "reference", "--tau", "1", "--labels", labels, "--beta", "1",
            "--test-share", "0.2", "--out", "data", "--seed", "18446744073709551615", in: folder)
        let ended = try Self.run(
            """
            import json, sys
            from datasets import load_dataset
            loaded = load_dataset(sys.argv[1])
            row = loaded["train"][0]
            types = {name: str(getattr(kind, "dtype", "list")) for name, kind in loaded["train"].features.items()}
            print(json.dumps({
                "rows": {split: len(loaded[split]) for split in loaded}, "types": types,
                "roles": [message["role"] for message in row["prompt"]], "chosen": len(row["chosen"]),
                "same": loaded["train"].features == loaded["test"].features,
            }))
            """, [folder.file("data")])
        #expect(ended.status == 0, "\(ended.messages)")
        let loaded = try JSONValue(parsing: ended.output)
        #expect(loaded["rows"] == exported["rows"])
        #expect(loaded["same"] == .bool(true))
        #expect(loaded["chosen"] == .integer(1))
        #expect(loaded["roles"]?.arrayValue?.last == .string("user"))
        let types = try #require(loaded["types"]?.objectValue)
        #expect(types.count == 17)
        for (name, type) in types {
            switch name {
            case "beta", "p_chosen", "score_chosen", "score_rejected", "tau": #expect(type == .string("float64"))
            case "prompt", "chosen", "rejected": #expect(type != .string("string"))
            default: #expect(type == .string("string"), "\(name)")
            }
        }
    }
}
