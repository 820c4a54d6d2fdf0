internal import GameModel
package import InputErrors
package import Output
internal import Synchronization

/// What of the rest of the program the explorer offers besides its own answers; nil for what there is not.
package struct ExplorerServices: Sendable {
    /// The store's runs, as one document.
    package var runs: (@Sendable () throws -> JSONValue)?
    /// Runs side by side, by their numbers.
    package var compare: (@Sendable ([Int64]) throws -> JSONValue)?
    /// A page of its own about policies under changes, as HTML.
    package var report: (@Sendable ([NumberChange], [String]) throws -> String)?

    package init() {}
}

/// Every address of the explorer: who may ask, what is asked, and what is answered.
///
/// Answers are functions of the request alone. Nothing is written to disk: what is saved, the browser downloads.
package struct ExplorerRoutes: Sendable {
    let explorer: Explorer
    package let gate: ExplorerGate
    let services: ExplorerServices
    /// Threads of a search.
    let threads: Int
    private let searches = SearchCount()

    package init(_ explorer: Explorer, gate: ExplorerGate, services: ExplorerServices = .init(), threads: Int = 1) {
        (self.explorer, self.gate, self.services, self.threads) = (explorer, gate, services, threads)
    }

    /// How many searches may run at a time, in all tabs.
    static let mostSearches = 8

    /// How many run now.
    package var running: Int { searches.count }

    /// Answers a request; takes as long as what is asked, but for searches, which run on.
    package func respond(to request: ExplorerRequest) -> ExplorerResponse {
        if let refusal = gate.refusal(request) { return refusal }
        guard request.body.count <= ExplorerRequest.largest else {
            return .refusal(413, "the request is larger than \(ExplorerRequest.largest) bytes")
        }
        if let page = ExplorerAssets.page(request.path) {
            guard request.method == "GET" else { return wrongMethod("GET") }
            return page(self, request)
        }
        guard let answer = Self.answers[request.path] else { return .refusal(404, "there is nothing at this address") }
        guard request.method == "POST" else { return wrongMethod("POST") }
        guard request.headers["content-type"]?.hasPrefix("application/json") == true else {
            return .refusal(415, "requests are JSON documents; the header Content-Type must be application/json")
        }
        let document: JSONValue
        do { document = try JSONValue(strictly: request.body) } catch {
            return .refusal(400, "the request is no JSON document: \(error)")
        }
        guard document.objectValue != nil else { return .refusal(400, "the request is no JSON object") }
        do {
            return try answer(self, document)
        } catch let error as any InputProblem {
            return .refusal(400, "\(error)")
        } catch {
            return .refusal(500, "\(error)")
        }
    }

    private func wrongMethod(_ method: String) -> ExplorerResponse {
        .refusal(405, "this address takes \(method)", headers: [("Allow", method)])
    }

    private typealias Answer = @Sendable (ExplorerRoutes, JSONValue) throws -> ExplorerResponse

    private static let answers: [String: Answer] = [
        "/api/scenario": { routes, _ in
            guard case .object(var members) = routes.explorer.description else { return .refusal(500, "no description") }
            members["has_runs"] = .bool(routes.services.runs != nil)
            members["has_report"] = .bool(routes.services.report != nil)
            return ExplorerResponse(json: .object(members))
        },
        "/api/evaluate": { routes, body in try routes.evaluate(body) },
        "/api/solve": { routes, body in try routes.solve(body) },
        "/api/search": { routes, body in try routes.search(body) },
        "/api/boundary": { routes, body in
            guard let path = body["path"]?.stringValue else { throw InputError("path is missing") }
            return ExplorerResponse(
                json: try routes.explorer.boundary(
                    path, cue: try body.index("cue") ?? 0, policy: try body.policy,
                    changes: try NumberChange.list(body["set"])))
        },
        "/api/talk": { routes, body in ExplorerResponse(json: try routes.explorer.talk(try TalkRequest(body))) },
        "/api/save": { routes, body in
            ExplorerResponse(json: try routes.explorer.saved(try NumberChange.list(body["set"])).json)
        },
        "/api/report": { routes, body in try routes.report(body) },
        "/api/runs": { routes, _ in
            guard let runs = routes.services.runs else { return .refusal(404, "no store was named") }
            return ExplorerResponse(json: try runs())
        },
        "/api/compare": { routes, body in
            guard let compare = routes.services.compare else { return .refusal(404, "no store was named") }
            let runs = (body["runs"]?.arrayValue ?? []).compactMap { $0.integerValue.map(Int64.init) }
            guard runs.count >= 2 else { throw InputError("runs needs two numbers or more") }
            return ExplorerResponse(json: try compare(runs))
        },
    ]

    private func evaluate(_ body: JSONValue) throws -> ExplorerResponse {
        let answer = try explorer.evaluate(try body.policy, changes: try NumberChange.list(body["set"]))
        return ExplorerResponse(json: document(answer))
    }

    /// An answer with the numbers that the changes changed.
    private func document(_ answer: ExplorerAnswer, _ solution: ExplorerSolution? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "set": .array(answer.changes.map(\.json)), "answer": answer.json,
            "numbers": .array(explorer.numbers(changedBy: answer.scenario).map(\.json)),
        ]
        if let solution { members["solution"] = .object(solution.members) }
        return .object(members)
    }

    private func solve(_ body: JSONValue) throws -> ExplorerResponse {
        let changes = try NumberChange.list(body["set"])
        let method: ExplorerMethod
        switch body["method"]?.stringValue {
        case "last": method = .quick(usesTurn: false)
        case "last-turn", nil: method = .quick(usesTurn: true)
        case .some(let other): throw InputError("there is no fast method \(other); there are last and last-turn")
        }
        let control = RunControl(within: .seconds(Explorer.quickTime), threads: 1)
        let solution = try explorer.solve(method, changes: changes, control)
        let answer = try ExplorerAnswer(solution.policy, in: solution.scenario, changes: changes)
        return ExplorerResponse(json: document(answer, solution))
    }

    /// A search that runs until it is done or the page stops reading.
    private func search(_ body: JSONValue) throws -> ExplorerResponse {
        let changes = try NumberChange.list(body["set"])
        let seconds = body["seconds"]?.doubleValue ?? 60
        guard seconds > 0, seconds <= 86_400 else { throw InputError("seconds must be above 0 and at most 86400") }
        let method: ExplorerMethod
        switch body["method"]?.stringValue {
        case "belief", nil:
            let gap = body["gap"]?.doubleValue ?? 1e-3
            guard gap >= 0, gap.isFinite else { throw InputError("gap must be at least 0 and finite") }
            method = .planned(gap: gap)
        case "gradient": method = .starts(20)
        case .some(let other): throw InputError("there is no search \(other); there are belief and gradient")
        }
        guard searches.begin(most: Self.mostSearches) else {
            return .refusal(503, "\(Self.mostSearches) searches are running; stop one of them")
        }
        let (explorer, threads, searches) = (explorer, threads, searches)
        let lines = SearchLines({ control in
            var control = control
            control.threads = threads
            control.deadline = .now + .seconds(seconds)
            let solution = try explorer.solve(method, changes: changes, control)
            let answer = try ExplorerAnswer(solution.policy, in: solution.scenario, changes: changes)
            return document(answer, solution)
        }, ended: { searches.end() })
        return ExplorerResponse(lines: lines)
    }

    private func report(_ body: JSONValue) throws -> ExplorerResponse {
        guard let report = services.report else { return .refusal(404, "this program makes no reports") }
        let policies = (body["policies"]?.arrayValue ?? []).compactMap(\.stringValue)
        let page = try report(try NumberChange.list(body["set"]), policies)
        return ExplorerResponse(
            200, "text/html; charset=utf-8", Array(page.utf8),
            headers: [("Content-Disposition", "attachment; filename=\"report.html\"")])
    }
}

/// How many searches run.
private final class SearchCount: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    /// - Returns: whether there was room for one more.
    func begin(most: Int) -> Bool {
        value.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
    }

    func end() { value.withLock { $0 -= 1 } }
}

extension JSONValue {
    /// The policy of a request.
    fileprivate var policy: String {
        get throws {
            guard let name = self["policy"]?.stringValue else { throw InputError("policy is missing") }
            return name
        }
    }

    /// An index that may be left out, or null.
    fileprivate func index(_ key: String) throws -> Int? {
        guard let value = self[key], value != .null else { return nil }
        guard let index = value.integerValue, index >= 0 else { throw InputError("\(key) is no index, from 0") }
        return index
    }
}

extension TalkRequest {
    /// - Throws: `InputError` for what is no such request.
    package init(_ body: JSONValue) throws {
        self.init()
        changes = try NumberChange.list(body["set"])
        policy = try body.policy
        if let seed = body["seed"], seed != .null {
            guard let value = seed.stringValue.flatMap(UInt64.init) ?? seed.integerValue.flatMap({ UInt64(exactly: $0) })
            else { throw InputError("the seed must be a whole number from 0 to 18446744073709551615") }
            self.seed = value
        }
        episode = try body.index("episode") ?? 0
        (cue, user) = (try body.index("cue"), try body.index("user"))
        guard let moves = (body["moves"] ?? .array([])).arrayValue else { throw InputError("moves is no list") }
        self.moves = try moves.map { move in
            GuidedMove(
                response: try move.index("response"), reaction: try move.index("reaction"), cue: try move.index("cue"))
        }
    }
}
