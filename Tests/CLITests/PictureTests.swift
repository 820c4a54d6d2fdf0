import Foundation
import GameFixtures
import Output
import Testing

/// Every picture that the program makes, against the rules of docs/pictures.md.
@Suite("Pictures on the command line")
struct PictureTests {
    /// Commands that draw; `FILE` stands for the scenario.
    static let commands: [[String]] = [
        ["evaluate", "FILE", "--policy", "reference", "--policy", "uniform", "--svg", "p.svg"],
        ["simulate", "FILE", "--policy", "reference", "--compare", "uniform", "--episodes", "60", "--svg", "p.svg"],
        ["play", "FILE", "--policy", "reference", "--episodes", "3", "--svg", "p.svg"],
        ["frontier", "FILE", "--points", "4", "--starts", "1", "--out", "f"],
        ["sensitivity", "FILE", "--policy", "reference", "--points", "8", "--copies", "2", "--out", "s"],
        ["explain", "FILE", "--policy", "reference", "--after", "CUE", "--graph", "g.svg"],
        ["boundary", "FILE", "--policy", "reference", "--vary", "discount=0.6..1", "--out", "b"],
        ["sweep", "FILE", "--over", "discount=0.6:1:5", "--policy", "reference", "--policy", "uniform", "--out", "w"],
        [
            "sweep", "FILE", "--over", "discount=0.6:1:3", "--over", "PRIOR=0.1,0.2", "--solve", "gradient", "--starts",
            "2", "--controller", "last", "--measure", "safe", "--out", "w", "--svg", "p.svg",
        ],
    ]

    /// Runs a command and audits what it drew.
    private func audit(
        _ command: [String], _ file: String, in folder: TemporaryFolder,
        opening: (cue: String, type: String) = ("plain", "thief")
    ) throws {
        let statuses: Set<Int32> = [0, 1]
        let words = command.map {
            $0.replacingOccurrences(of: "FILE", with: file).replacingOccurrences(of: "CUE", with: opening.cue)
                .replacingOccurrences(of: "PRIOR", with: "users.\(opening.type).prior")
        }
        let before = Set(Self.pictures(folder))
        let ended = try CLI.start(words, in: folder).ended()
        #expect(ended.status.map(statuses.contains) == true, "\(words): \(ended.messages)")
        let made = Self.pictures(folder).filter { !before.contains($0) }
        #expect(!made.isEmpty, "\(words) drew nothing")
        for picture in made {
            let svg = try String(contentsOfFile: folder.file(picture), encoding: .utf8)
            #expect(PictureAudit(svg).faults == [], "\(words): \(picture)")
            try FileManager.default.removeItem(atPath: folder.file(picture))
        }
    }

    /// A cue and a user type of each scenario.
    private static let openings = [
        "starter": ("plain", "thief"), "keeps-asking": ("", "thief"), "self-harm-question": ("neutral", "malicious"),
    ]

    private static func pictures(_ folder: TemporaryFolder) -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(".svg") }
    }

    @Test("of shipped scenarios keep the rules", arguments: ["starter", "keeps-asking", "self-harm-question"])
    func shipped(scenario: String) throws {
        for command in Self.commands {
            if command[0] == "explain", Self.openings[scenario]?.0.isEmpty != false { continue }
            if command[0] == "frontier", scenario != "starter" { continue }
            let folder = try TemporaryFolder()
            try audit(command, CLI.scenario(scenario), in: folder, opening: Self.openings[scenario] ?? ("", ""))
        }
    }

    /// No states, no cues, one type, a long and hostile title and names of every kind.
    private static let bare = """
        format: 1
        name: bare
        title: "A title that goes on & on <b>about</b> nothing at all, so that it needs more than a line of any picture whatsoever, and then more"
        horizon: 2
        opening: [{role: user, content: "Hello."}]
        responses:
          r: {texts: ["No."]}
          a-response-with-a-name-that-nobody-would-give-it-to-type-eve: {texts: ["Yes."], cost: 0.1}
        outcomes:
          fine: {safe: true}
          an-outcome-with-quite-a-long-name-too-as-happens: {safe: false}
          over: {safe: true, timeout: true}
        reactions:
          ask: {texts: ["And?"]}
          thank: {ends: fine, texts: ["Thanks."]}
          use: {ends: an-outcome-with-quite-a-long-name-too-as-happens, texts: ["Good."]}
        users:
          everybody:
            prior: 1
            payoff: {fine: 1, an-outcome-with-quite-a-long-name-too-as-happens: -2}
            table: {r: {ask: 0.5, thank: 0.4, use: 0.1}, a-response-with-a-name-that-nobody-would-give-it-to-type-eve: {ask: 0.2, thank: 0.5, use: 0.3}}
        """

    @Test("of a scenario without states and cues, with one type and long names, keep the rules")
    func bare() throws {
        let folder = try TemporaryFolder()
        try folder.write("bare.yaml", Self.bare)
        let left: Set<String> = ["explain", "sensitivity"]  // no cue, no number that can vary
        let commands = Self.commands.filter { !$0.contains("PRIOR=0.1,0.2") && !left.contains($0[0]) }
        for command in commands { try audit(command, "bare.yaml", in: folder) }
    }

    @Test("Boundaries that are planned, maps and partitions keep the rules")
    func boundaries() throws {
        let starter = CLI.scenario()
        for command in [
            ["boundary", "FILE", "--vary", "users.thief.prior", "--without-constraints", "--out", "b"],
            [
                "boundary", "FILE", "--vary", "users.thief.payoff.misused=-5..0", "--vary",
                "users.owner.payoff.helped=-2..4", "--without-constraints", "--after", "plain", "--out", "b",
            ],
        ] { try audit(command, starter, in: try TemporaryFolder()) }
        // Stopped long before its end: what is open is striped, and said.
        let partition = [
            "boundary", "FILE", "--posterior", "benign,distressed,malicious", "--without-constraints", "--after",
            "neutral", "--time-limit", "0.5", "--out", "b",
        ]
        try audit(partition, CLI.scenario("self-harm-question"), in: try TemporaryFolder())
    }
}
