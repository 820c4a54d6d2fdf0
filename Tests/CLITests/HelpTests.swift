import Foundation
import Nacre
import Testing

@Suite("Help and version")
struct HelpTests {
    static let commands = [
        "", "init", "validate", "simulate", "play", "evaluate", "solve", "frontier", "objectives", "sweep", "behaviour",
        "explain",
        "pearl",
        "boundary",
        "sensitivity", "reality", "report", "serve", "check", "export", "export preferences", "export dpo",
        "export kto",
        "export reward", "export sft", "export sharegpt", "export openai", "export nemo", "export two-axis",
        "export candidates", "export csv", "export pomdp", "export prism", "export efg",
        "runs", "runs list", "runs show", "runs compare", "runs tag", "runs untag", "runs note", "runs export",
        "runs resume", "runs rm",
        "annotate", "noise", "doctor", "calibrate", "suite", "suite list", "suite expand", "suite run", "plan", "merge",
    ]

    private func words(_ command: String) -> [String] { command.split(separator: " ").map(String.init) }

    @Test("Every command's help is as it was recorded", arguments: commands)
    func help(command: String) throws {
        let ended = try CLI.start(words(command) + ["--help"]).ended()
        #expect(ended.status == 0)
        #expect(ended.messages.isEmpty)
        try Golden.check(ended.output, "help\(words(command).map { "-" + $0 }.joined()).txt")
        #expect(try CLI.start(["help"] + words(command)).ended().output == ended.output)
    }

    @Test("Every command tells the version", arguments: commands)
    func version(command: String) throws {
        let ended = try CLI.start(words(command) + ["--version"]).ended()
        #expect(ended.status == 0)
        #expect(ended.output == "\(Release.version)\n")
        #expect(ended.messages.isEmpty)
    }

    @Test("The version is that of the changelog and of the citation")
    func oneVersion() throws {
        let version = Release.version
        let changes = try String(contentsOfFile: "\(CLI.root)/CHANGELOG.md", encoding: .utf8)
        let newest = changes.split(separator: "\n").first { $0.hasPrefix("## ") }
        #expect(
            newest == "## [Unreleased]" && changes.contains("\nTo become \(version), ")
                || newest?.hasPrefix("## [\(version)]") == true)
        let citation = try String(contentsOfFile: "\(CLI.root)/CITATION.cff", encoding: .utf8)
        #expect(citation.contains("\nversion: \(version)\n"))
    }

    @Test("Completion scripts are generated", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let ended = try CLI.run("--generate-completion-script", shell)
        #expect(ended.status == 0)
        #expect(ended.output.contains("sim-cli"))
        #expect(ended.output.contains("fail-if"))
    }
}
