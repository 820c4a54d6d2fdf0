internal import GameModel
internal import InputErrors
package import Output
package import Pages
package import Scenarios
internal import Synchronization

/// What of the rest of the program the explorer offers besides its own answers; nil for what there is not.
package struct ExplorerServices: Sendable {
    /// The store's runs, as one document.
    package var runs: (@Sendable () throws -> JSONValue)?
    /// Runs side by side, by their numbers.
    package var compare: (@Sendable ([Int64]) throws -> JSONValue)?
    /// A page of its own about policies under changes, as HTML.
    package var report: (@Sendable ([ParameterChange], [String]) throws -> String)?

    package init() {}
}

extension ExplorerAnswers {
    /// How many searches may run at a time, in all tabs.
    package static let mostSearches = 8
    /// How long one may be asked to run, in seconds: a day.
    static let longest = 86_400.0

    /// What an explorer answers to the requests of its page.
    ///
    /// - Parameter threads: of a search.
    package init(_ explorer: Explorer, services: ExplorerServices = ExplorerServices(), threads: Int = 1) {
        let (scenario, searches) = (explorer.scenario, SearchCount())
        self.init(
            title: scenario.title, name: scenario.name, file: scenario.file,
            answers: [
                "/api/scenario": { _ in Self.description(explorer, services) },
                "/api/evaluate": { body in
                    let answer = try explorer.evaluate(
                        try body.policy, changes: try ParameterChange.list(body["set"]))
                    return LoopbackResponse(json: explorer.document(answer))
                },
                "/api/solve": { body in try Self.solve(body, explorer) },
                "/api/search": { body in try Self.search(body, explorer, searches, threads: threads) },
                "/api/boundary": { body in try Self.boundary(body, explorer) },
                "/api/talk": { body in LoopbackResponse(json: try explorer.talk(try TalkRequest(body))) },
                "/api/save": { body in
                    LoopbackResponse(json: try explorer.saved(try ParameterChange.list(body["set"])).json)
                },
                "/api/report": { body in try Self.report(body, services) },
                "/api/runs": { _ in
                    guard let runs = services.runs else { return .refusal(404, "no store was named") }
                    return LoopbackResponse(json: try runs())
                },
                "/api/compare": { body in try Self.compare(body, services) },
            ])
    }

    private static func description(_ explorer: Explorer, _ services: ExplorerServices) -> LoopbackResponse {
        let own: [String: JSONValue] = [
            "has_runs": .bool(services.runs != nil), "has_report": .bool(services.report != nil),
        ]
        return LoopbackResponse(json: .object(explorer.description.merging(own) { _, new in new }))
    }

    private static func solve(_ body: JSONValue, _ explorer: Explorer) throws -> LoopbackResponse {
        let changes = try ParameterChange.list(body["set"])
        let method: ExplorerMethod
        switch body["method"]?.stringValue {
        case "last": method = .quick(usesTurn: false)
        case "last-turn", nil: method = .quick(usesTurn: true)
        case .some(let other): throw InputError("there is no fast method \(other); there are last and last-turn")
        }
        let control = RunControl(within: .seconds(Explorer.quickTime), threads: 1)
        let solution = try explorer.solve(method, changes: changes, control)
        let answer = try ExplorerAnswer(solution.policy, in: solution.scenario, changes: changes)
        return LoopbackResponse(json: explorer.document(answer, solution))
    }

    /// A search that runs until it is done or the page stops reading.
    private static func search(
        _ body: JSONValue, _ explorer: Explorer, _ searches: SearchCount, threads: Int
    ) throws -> LoopbackResponse {
        let changes = try ParameterChange.list(body["set"])
        let seconds = try body.number("seconds") ?? 60
        guard seconds > 0, seconds <= longest else {
            throw InputError("seconds must be above 0 and at most \(Int(longest))")
        }
        let method = try searchMethod(body)
        _ = try explorer.scenario(with: changes)
        guard searches.begin(most: mostSearches) else {
            return .refusal(503, "\(mostSearches) searches are running; stop one of them")
        }
        return LoopbackResponse(
            lines: SearchLines(
                { handle in
                    let control = RunControl(
                        within: .seconds(seconds), threads: threads, stop: handle.stop,
                        progress: { handle.tell($0.members) })
                    let solution = try explorer.solve(method, changes: changes, control)
                    let answer = try ExplorerAnswer(solution.policy, in: solution.scenario, changes: changes)
                    return explorer.document(answer, solution)
                }, ended: { searches.end() }))
    }

    private static func searchMethod(_ body: JSONValue) throws -> ExplorerMethod {
        switch body["method"]?.stringValue {
        case "belief", nil:
            let gap = try body.number("gap") ?? 1e-3
            guard gap >= 0, gap.isFinite else {
                throw InputError("gap must be at least 0 and finite")
            }
            return .planned(gap: gap)
        case "gradient": return .starts(20)
        case .some(let other): throw InputError("there is no search \(other); there are belief and gradient")
        }
    }

    private static func boundary(_ body: JSONValue, _ explorer: Explorer) throws -> LoopbackResponse {
        guard let path = body["path"]?.stringValue else { throw InputError("path is missing") }
        return LoopbackResponse(
            json: try explorer.boundary(
                path, cue: try body.index("cue") ?? 0, policy: try body.policy,
                changes: try ParameterChange.list(body["set"])))
    }

    private static func report(_ body: JSONValue, _ services: ExplorerServices) throws -> LoopbackResponse {
        guard let report = services.report else { return .refusal(404, "this program makes no reports") }
        let policies = (body["policies"]?.arrayValue ?? []).compactMap(\.stringValue)
        let page = try report(try ParameterChange.list(body["set"]), policies)
        return LoopbackResponse(
            200, "text/html; charset=utf-8", Array(page.utf8),
            headers: [("Content-Disposition", "attachment; filename=\"report.html\"")])
    }

    private static func compare(_ body: JSONValue, _ services: ExplorerServices) throws -> LoopbackResponse {
        guard let compare = services.compare else { return .refusal(404, "no store was named") }
        let runs = (body["runs"]?.arrayValue ?? []).compactMap { $0.integerValue.map(Int64.init) }
        guard runs.count >= 2 else { throw InputError("runs needs two numbers or more") }
        return LoopbackResponse(json: try compare(runs))
    }
}

/// How many searches run.
private final class SearchCount: Sendable {
    private let value = Mutex(0)

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

extension Explorer {
    /// An answer with the numbers that the changes changed.
    fileprivate func document(_ answer: ExplorerAnswer, _ solution: ExplorerSolution? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "set": .array(answer.changes.map(\.json)), "answer": answer.json,
            "numbers": .array(numbers(changedBy: answer.scenario).map(\.json)),
        ]
        if let solution { members["solution"] = .object(solution.members) }
        return .object(members)
    }
}

extension RunProgress {
    /// As the page reads it.
    fileprivate var members: [String: JSONValue] {
        func finite(_ value: Double?) -> JSONValue { .number(ifPresent: value.flatMap { $0.isFinite ? $0 : nil }) }
        return [
            "lower": finite(lower), "upper": finite(upper), "steps": .integer(steps),
            "of": total.map { .integer($0) } ?? .null,
        ]
    }
}

extension JSONValue {
    /// The policy of a request.
    fileprivate var policy: String {
        get throws {
            guard let name = self["policy"]?.stringValue else { throw InputError("policy is missing") }
            return name
        }
    }

    /// A number of a request; nil where it is left out or null.
    ///
    /// - Throws: `InputError` for anything else.
    fileprivate func number(_ name: String) throws(InputError) -> Double? {
        guard let value = self[name], value != .null else { return nil }
        guard let number = value.doubleValue else { throw InputError("\(name) must be a number") }
        return number
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
        changes = try ParameterChange.list(body["set"])
        policy = try body.policy
        if let seed = body["seed"], seed != .null {
            guard
                let value = seed.stringValue.flatMap(UInt64.init) ?? seed.integerValue.flatMap({ UInt64(exactly: $0) })
            else { throw InputError("the seed must be a whole number from 0 to 18446744073709551615") }
            self.seed = value
        }
        episode = try body.index("episode") ?? 0
        (cue, user) = (try body.index("cue"), try body.index("user"))
        guard let moves = (body["moves"] ?? .array([])).arrayValue else { throw InputError("moves is no list") }
        self.moves = try moves.map { move in
            guard case .object = move else { throw InputError("a move is an object: response, reaction and cue") }
            return GuidedMove(
                response: try move.index("response"), reaction: try move.index("reaction"), cue: try move.index("cue"))
        }
    }
}
