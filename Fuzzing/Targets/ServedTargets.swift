internal import GameModel
internal import Nacre
internal import Output
internal import Pages
internal import Scenarios
internal import Suites

extension FuzzTargets {
    /// Requests to the explorer, and the small languages of options.
    static let served: [FuzzTarget] = [
        text("explorer", "requests to the explorer: method, address, headers and body") {
            let desk = try ExplorerDesk()
            return (ExplorerDesk.sound, ExplorerDesk.words, { bytes in try desk.read(bytes) })
        },
        text("session", "lines of sessions: resets, steps, batches") {
            let lines = try SessionLines()
            return (SessionLines.sound, SessionLines.words, { bytes in try lines.read(bytes) })
        },
        text("words", "values of options: changes, axes, targets, histories, policies") {
            let scenario = try DocumentReading.starter()
            return (
                OptionWords.sound(scenario), OptionWords.words(scenario),
                { bytes in try OptionWords.read(String(decoding: bytes, as: UTF8.self), scenario) }
            )
        },
    ]
}

/// The explorer of the first example, asked in the words of HTTP.
private struct ExplorerDesk {
    private let routes: ExplorerRoutes

    init() throws {
        let answers = ExplorerAnswers(try Explorer(try DocumentReading.starter()))
        // A search runs until it is told to end, and what is solved or traced takes its time: their requests are read as all others are.
        let slow: Set = ["/api/search", "/api/solve", "/api/boundary"]
        routes = ExplorerRoutes(
            ExplorerAnswers(
                title: answers.title, name: answers.name, file: answers.file,
                answers: answers.answers.filter { !slow.contains($0.key) }),
            gate: ExplorerGate(token: "00112233445566778899aabbccddeeff", port: 8710))
    }

    private static let head = """
        host: 127.0.0.1:8710
        x-nacre-token: 00112233445566778899aabbccddeeff
        content-type: application/json
        """

    static let sound = [
        "POST /api/evaluate\n\(head)\n\n" + #"{"policy":"uniform","set":[{"path":"discount","value":0.9}]}"#,
        "POST /api/talk\n\(head)\n\n"
            + #"{"policy":"reference","seed":"7","episode":3,"cue":0,"user":1,"moves":[{"response":0,"reaction":1,"cue":0},{}],"set":[]}"#,
        "POST /api/save\n\(head)\n\n" + #"{"set":[{"path":"responses.refuse.cost","value":0.25}]}"#,
        "POST /api/compare\n\(head)\n\n" + #"{"runs":[1,2]}"#,
        "POST /api/scenario\n\(head)\n\n{}",
        "GET /?token=00112233445566778899aabbccddeeff\nhost: localhost:8710\ncookie: a=b; nacre-explorer-8710=00\n\n",
    ]

    static let words = [
        "/api/evaluate", "/api/talk", "/api/save", "/api/runs", "/api/report", "GET", "POST", "OPTIONS", "policy",
        "moves", "set", "path", "value", "seed", "always:refuse", "uniform", "reference", "users.thief.prior",
        "discount", "horizon",
    ]

    func read(_ bytes: [UInt8]) throws {
        let response = routes.respond(to: Self.request(bytes))
        guard response.status < 500 else {
            let text = response.bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw BrokenPromise("the explorer answers with status \(response.status): \(text)")
        }
        guard response.status < 400 else { throw InputError("refused with \(response.status)") }
    }

    /// The first line is method and address, lines of headers follow, and after an empty line the body.
    private static func request(_ bytes: [UInt8]) -> LoopbackRequest {
        let end = zip(bytes.indices, bytes.indices.dropFirst()).first { bytes[$0] == 0x0A && bytes[$1] == 0x0A }?.0
        let head = String(decoding: bytes[..<(end ?? bytes.count)], as: UTF8.self)
        let lines = head.split(separator: "\n", omittingEmptySubsequences: false)
        let first = (lines.first ?? "").split(separator: " ", maxSplits: 1)
        let target = (first.count > 1 ? String(first[1]) : "").split(separator: "?", maxSplits: 1)
        var request = LoopbackRequest(first.first.map(String.init) ?? "", target.first.map(String.init) ?? "")
        for pair in target.dropFirst().first?.split(separator: "&") ?? [] {
            let sides = pair.split(separator: "=", maxSplits: 1)
            request.query[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
        }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            request.headers[line[..<colon].lowercased()] = String(value)
        }
        if let end { request.body = Array(bytes.dropFirst(end + 2)) }
        return request
    }
}

/// What options say in a word: a line says which it is, and the word.
private enum OptionWords {
    static func sound(_ scenario: Scenario) -> [String] {
        let game = scenario.game
        let (user, reaction) = (game.users[0], game.reactions[0].name)
        let response = game.responses[0].name
        let observation = game.name(ofObservation: game.observations.later.lowerBound)
        let opening = game.cues.count > 1 ? "\(game.cues[0])," : ""
        return [
            "set discount=0.9", "over discount=0.5:0.9:5", "over discount=0.5,0.6,1",
            "target users.\(user).\(reaction)@\(response):1=0.4", "history \(opening)\(response)>\(observation)",
            "policy sequence:\(response),\(response)", "policy cues:else=\(response)", "recipe soft:0.2",
            "recipe robust:prior:0.1", "recipe priced:0.5",
        ]
    }

    static func words(_ scenario: Scenario) -> [String] {
        let game = scenario.game
        return ["users.", ":", ",", "=", ">", "@", "/", "else", "always:", "sequence:", "cues:", "robust:all-priors"]
            + game.users + game.cues + game.responses.map(\.name) + game.reactions.map(\.name)
    }

    static func read(_ text: String, _ scenario: Scenario) throws {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw InputError("no such option") }
        switch parts[0] {
        case "set": _ = try scenario.setting([try ParameterChange(parts[1])])
        case "over": _ = try SweepAxis(parts[1], scenario: scenario)
        case "target": _ = try TargetText.target(parts[1], in: scenario)
        case "history":
            let history = try HistoryArgument.history(parts[1], scenario: scenario)
            guard HistoryArgument.text(history, game: scenario.game) == parts[1] || scenario.game.cues.count == 1 else {
                throw BrokenPromise("a history is written as another one")
            }
        case "policy":
            if let policy = try scenario.scriptedPolicy(parts[1]) { _ = try scenario.evaluate(policy) }
        case "recipe": _ = try PolicyRecipe(parts[1])
        default: throw InputError("no such option")
        }
    }
}

/// Sessions of the first example, asked by lines and by OpenEnv's messages.
private struct SessionLines {
    private let host: SessionHost

    init() throws {
        var request = SessionsRequest()
        (request.believes, request.reward) = (true, .shaped)
        host = try request.host(try DocumentReading.starter())
    }

    static let sound = [
        #"{"op":"reset","session":"a","seed":"7","episode":3}"#,
        #"[{"op":"reset","session":1},{"op":"step","session":1,"response":0},{"op":"state","session":1,"id":[2]}]"#,
        #"[{"op":"reset","seed":1},{"op":"step","strategy":[1,0,0]},{"op":"step","features":[0.5,0.5,0.5]},{"op":"close"}]"#,
        #"{"op":"reset","user":null}"#, #"{"op":"describe"}"#,
    ]

    static let words = [
        "op", "reset", "step", "state", "close", "describe", "session", "seed", "episode", "user", "response",
        "strategy",
        "features", "text", "type", "data", "message", "1e308", "-1", "18446744073709551616",
    ]

    func read(_ bytes: [UInt8]) throws {
        let line = host.line(bytes)
        guard let reply = try? JSONValue(strictly: Array(line.utf8)), !line.contains("\n") else {
            throw BrokenPromise("the reply is no line of JSON: \(line)")
        }
        let talk = OpenEnvSite(host, port: 8710).socket(at: "/ws")
        defer { talk?.closed() }
        if let text = talk?.reply(to: String(decoding: bytes, as: UTF8.self)) {
            guard (try? JSONValue(strictly: Array(text.utf8))) != nil else {
                throw BrokenPromise("the message is no JSON: \(text)")
            }
        }
        if reply["error"] != nil { throw InputError("refused") }
    }
}
