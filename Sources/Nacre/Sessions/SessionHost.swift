package import Conversations
public import GameModel
package import Output
internal import Scenarios
internal import Synchronization

/// Open sessions by their names, and the requests that lead them: what `play --stdio` and `serve --env` answer with.
///
/// Sessions share nothing: what one is told depends on its own requests alone, however many there are and in whatever order their requests
/// come. The exceptions are episodes that a reset does not name, which are counted over all sessions.
public final class SessionHost: Sendable {
    /// More sessions are not open at once: each keeps its conversation.
    package static let most = 100_000

    /// The sessions, those that a request is at work on, and the next episode that no reset took.
    private struct Book {
        var sessions: [String: Session] = [:]
        var busy: Set<String> = []
        var nextEpisode = 0
        var nextNumber = 0
    }

    package let environment: Environment
    let scenario: Scenario
    let request: SessionsRequest
    let policy: String
    private let book = Mutex(Book())

    init(_ environment: Environment, scenario: Scenario, request: SessionsRequest, policy: String) {
        (self.environment, self.scenario) = (environment, scenario)
        (self.request, self.policy) = (request, policy)
    }

    var game: Game { environment.game }

    /// A number that no call before had.
    func newNumber() -> Int {
        book.withLock { book in
            book.nextNumber += 1
            return book.nextNumber
        }
    }

    /// Answers a line of JSON: a request, or a list of them.
    ///
    /// - Returns: the reply as a line of JSON without a line feed; never fails, since what is wrong with a request stands in its reply.
    public func line(_ bytes: [UInt8], _ control: RunControl = RunControl()) -> String {
        let reply: JSONValue
        do { reply = self.reply(to: try JSONValue(strictly: bytes), control) } catch {
            reply = Self.error(SessionFault(.badRequest, "this is no JSON: \(error)"))
        }
        // Payoffs are finite by the limits of games.
        let line = (try? reply.text()) ?? #"{"error":{"code":"cannot","message":"a number is not finite"}}"#
        return Escaped.json(line)
    }

    /// Answers a request, or a list of them, in order.
    package func reply(to value: JSONValue, _ control: RunControl = RunControl()) -> JSONValue {
        guard let list = value.arrayValue else { return replies(to: [value], control)[0] }
        return .array(replies(to: list, control))
    }

    /// Steps that follow each other are played together, as long as no session is among them twice.
    private func replies(to list: [JSONValue], _ control: RunControl) -> [JSONValue] {
        var replies = list.map { _ in JSONValue.null }
        var (waiting, names) = ([(place: Int, step: NamedStep)](), Set<String>())
        func play() {
            for (place, reply) in zip(waiting.map(\.place), step(waiting.map(\.step), control)) {
                replies[place] = reply
            }
            (waiting, names) = ([], [])
        }
        for (place, item) in list.enumerated() {
            do {
                let asked = try SessionCall(item, game: game)
                if case .step(let action) = asked.operation {
                    if !names.insert(asked.session).inserted {
                        play()
                        names.insert(asked.session)
                    }
                    waiting.append((place, NamedStep(session: asked.session, action: action)))
                } else {
                    play()
                    replies[place] = try answer(asked)
                }
            } catch let fault as SessionFault {
                replies[place] = Self.error(fault, session: SessionCall.session(of: item))
            } catch {
                replies[place] = Self.error(SessionFault(.cannot, "\(error)"), session: SessionCall.session(of: item))
            }
        }
        play()
        for (place, item) in list.enumerated() {
            guard let id = item["id"], case .object(var members) = replies[place] else { continue }
            members["id"] = id
            replies[place] = .object(members)
        }
        return replies
    }

    private struct NamedStep {
        let session: String
        let action: SessionAction
    }

    private func answer(_ asked: SessionCall) throws -> JSONValue {
        switch asked.operation {
        case .describe: return description
        case .reset(let opening): return try reset(asked.session, opening)
        case .state:
            let session = try book.withLock { try $0.sessions[asked.session].found(asked.session) }
            return .object(state(session, named: asked.session))
        case .close:
            try book.withLock { book in
                try Self.free(asked.session, in: book)
                _ = try book.sessions[asked.session].found(asked.session)
                book.sessions[asked.session] = nil
            }
            return .object(["session": .string(asked.session), "closed": .bool(true)])
        case .step(let action): return step([NamedStep(session: asked.session, action: action)], RunControl())[0]
        }
    }

    private func reset(_ name: String, _ opening: SessionCall.Opening) throws -> JSONValue {
        guard opening.user == nil || request.reveals else {
            throw SessionFault(.needsReveal, "who comes is chosen only with --reveal")
        }
        let episode = try book.withLock { book in
            try Self.free(name, in: book)
            guard book.sessions[name] != nil || book.sessions.count < Self.most else {
                throw SessionFault(
                    .cannot, "\(Self.most) sessions are open; close those that are over, or reset them")
            }
            // Whoever gives a seed alone wants the same conversation for the same seed.
            let episode = opening.episode ?? (opening.seed == nil ? book.nextEpisode : 0)
            guard episode <= SessionCall.lastEpisode else {
                throw SessionFault(
                    .badRequest,
                    "a reset took the last episode there is, 2^53: none comes next; give reset an episode, or a seed")
            }
            book.nextEpisode = max(book.nextEpisode, episode + 1)
            return episode
        }
        let step = try environment.reset(seed: opening.seed ?? request.seed, episode: episode, user: opening.user)
        book.withLock { $0.sessions[name] = step.session }
        return .object(reply(step, named: name))
    }

    /// Sessions are taken out while they are played, so that nobody waits for a labeller that is at work for others.
    private func step(_ steps: [NamedStep], _ control: RunControl) -> [JSONValue] {
        var (moves, places) = ([(session: Session, action: SessionAction)](), [Int]())
        var replies = steps.map { _ in JSONValue.null }
        for (place, step) in steps.enumerated() {
            do throws(SessionFault) {
                moves.append((try taken(step.session), step.action))
                places.append(place)
            } catch { replies[place] = Self.error(error, session: step.session) }
        }
        guard !moves.isEmpty else { return replies }
        let results: [Result<SessionStep, SessionFault>]
        do { results = try environment.step(moves, control) } catch {
            results = moves.map { _ in .failure(SessionFault(.cannot, "\(error)")) }
        }
        book.withLock { book in
            for (place, result) in zip(places, results) {
                let name = steps[place].session
                book.busy.remove(name)
                if case .success(let step) = result { book.sessions[name] = step.session }
            }
        }
        for (place, result) in zip(places, results) {
            let name = steps[place].session
            switch result {
            case .success(let step): replies[place] = .object(reply(step, named: name))
            case .failure(let fault): replies[place] = Self.error(fault, session: name)
            }
        }
        return replies
    }

    private func taken(_ name: String) throws(SessionFault) -> Session {
        try book.withLock { book throws(SessionFault) in
            try Self.free(name, in: book)
            let session = try book.sessions[name].found(name)
            book.busy.insert(name)
            return session
        }
    }

    private static func free(_ name: String, in book: borrowing Book) throws(SessionFault) {
        guard !book.busy.contains(name) else {
            throw SessionFault(.badRequest, "another request of session \(name) is under way")
        }
    }

    static func error(_ fault: SessionFault, session: String? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "error": .object(["code": .string(fault.code.rawValue), "message": .string(fault.description)])
        ]
        members["session"] = session.map { .string($0) }
        return .object(members)
    }
}

extension Session? {
    fileprivate func found(_ name: String) throws(SessionFault) -> Session {
        guard let self else { throw SessionFault(.unknownSession, "there is no session \(name); reset opens it") }
        return self
    }
}
