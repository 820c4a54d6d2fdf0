internal import Foundation
public import GameModel
internal import InputErrors
public import Output

/// A model behind an address that speaks OpenAI's protocol.
///
/// ```swift
/// var address = ModelAddress(url: "http://127.0.0.1:8080")
/// address.cache = "answers.sqlite"
/// let model = try AddressedModel(address, environment: ProcessInfo.processInfo.environment)
/// let answers = try model.answers([ChatRequest(messages: [Message(role: .user, content: "…")])], RunControl())
/// ```
/// Requests are bounded in number and time, tried again where that may help, and remembered by their content, so that a run that was
/// killed goes on and a repeated one costs nothing. The order of answers is that of the requests. Nothing but the address is contacted:
/// no proxy, and nowhere that it points to.
public final class AddressedModel: ChatModel, EmbeddingModel {
    public let name: String
    public let address: ModelAddress
    private let base: URL
    private let key: ModelKey?
    private let client: HTTPClient
    private let budget: ModelBudget
    private let health = ModelHealth()
    private let cache: AnswerCache?

    /// Texts of one request for vectors.
    private static let textsPerRequest = 32

    /// - Parameters:
    ///   - address: what to ask, and what it may cost. Without a model's name the address is asked which models it has.
    ///   - environment: where the key is, if the address has one.
    ///   - control: ends the question which models there are.
    /// - Throws: `InputError` for an address, key or name that cannot be used, ``UnreachableAddress`` where nobody answers, `FileError`
    ///   for a file of remembered answers that cannot be used.
    public init(
        _ address: ModelAddress, environment: [String: String], control: RunControl = RunControl()
    ) throws {
        base = try address.base()
        guard address.concurrency >= 1, address.tries >= 1, address.timeout > .zero else {
            throw InputError("an address needs at least one request at a time, one try, and a time-out above 0")
        }
        self.address = address
        key = try address.keyVariable.map { [base] (variable) throws(InputError) in
            try ModelKey(variable: variable, environment: environment, for: base)
        }
        client = HTTPClient(connections: address.concurrency)
        budget = ModelBudget(address)
        cache = try address.cache.map { (path) throws(FileError) in try AnswerCache(path: path) }
        let list = RequestRun(
            address: address, base: base, key: key, client: client, budget: ModelBudget(ModelAddress(url: address.url)),
            health: ModelHealth(), control: control)
        name = try address.model ?? ModelList(list).onlyName
    }

    /// What was asked so far, and what it cost.
    public var usage: ModelUsage { budget.usage }

    /// What decides the answers: for manifests.
    public var settings: JSONValue { address.settings(model: name) }

    public var accountText: String {
        let usage = usage
        let count = Format.count
        var text = "\(Escaped.line(address.url)): \(count(usage.requests)) requests sent"
        if usage.retries > 0 { text += " (\(count(usage.retries)) of them again)" }
        text += ", \(count(usage.remembered)) answers remembered, "
        text += "\(count(usage.promptTokens)) prompt tokens and \(count(usage.answerTokens)) answer tokens used\n"
        if usage.withheld > 0, let reason = budget.exhaustion {
            text += "\(count(usage.withheld)) requests were not sent: \(reason)\n"
        }
        return text
    }

    private func run(_ control: RunControl) -> RequestRun {
        RequestRun(
            address: address, base: base, key: key, client: client, budget: budget, health: health, control: control)
    }

    public func answers(_ requests: [ChatRequest], _ control: RunControl) throws -> [ChatAnswer] {
        var batch = AnswerBatch(count: requests.count)
        var names: [Int: String] = [:]
        try run(control).run(
            requests.count,
            { place in
                let body = try ChatBody(
                    requests[place], model: name, temperature: address.temperature,
                    maximumTokens: address.maximumAnswerTokens
                ).json.bytes()
                let hash = String(ContentHash.sha256(body).prefix(32))
                guard batch.isFirst(place, hash) else { return nil }
                if let known = try cache?.answer(hash) {
                    budget.add { $0.remembered += 1 }
                    batch.fill(place, known)
                    return nil
                }
                batch.note(asked: place)
                names[place] = hash
                return PostedRequest(path: "chat/completions", body: body, seed: hash)
            },
            { place, result in
                let answer = read(result, schema: requests[place].schema)
                budget.add {
                    $0.promptTokens += answer.promptTokens
                    $0.answerTokens += answer.answerTokens
                }
                batch.answers[place] = answer
                guard case .success(let content) = answer.result else { return answer.failure }
                guard let hash = names.removeValue(forKey: place) else { return nil }
                try cache?.remember(
                    hash,
                    .init(content: content, promptTokens: answer.promptTokens, answerTokens: answer.answerTokens))
                return nil
            })
        let shared = batch.shareAnswers()
        budget.add { $0.remembered += shared }
        if let reason = batch.reasonForSilence {
            throw UnreachableAddress("\(Escaped.line(address.url)): \(reason)")
        }
        return batch.complete
    }

    private func read(_ result: Result<HTTPReply, ChatFailure>, schema: JSONValue?) -> ChatAnswer {
        do throws(ChatFailure) {
            let reply = try json(try result.get())
            let read = try ChatReply(reply, schema: schema, key: key)
            return ChatAnswer(
                result: .success(read.content), promptTokens: read.promptTokens, answerTokens: read.answerTokens)
        } catch {
            // What an answer cost that cannot be used is not known where it cannot be read.
            let usage = (try? result.get()).flatMap { try? JSONValue(strictly: $0.body) }?["usage"]
            return ChatAnswer(
                result: .failure(error), promptTokens: max(0, usage?["prompt_tokens"]?.integerValue ?? 0),
                answerTokens: max(0, usage?["completion_tokens"]?.integerValue ?? 0))
        }
    }

    /// The bytes of a reply that says it is JSON.
    private func json(_ reply: HTTPReply) throws(ChatFailure) -> [UInt8] {
        guard reply.contentType == "application/json" else {
            let type = reply.contentType.isEmpty ? "nothing" : Escaped.line(String(reply.contentType.prefix(80)))
            throw ChatFailure(
                .unusable,
                "the answer is of the type \(type), not application/json"
                    + RequestVerdict.excerpt(reply.body, key: key))
        }
        return reply.body
    }

    public func embeddings(_ texts: [String], _ control: RunControl) throws -> [[Float]] {
        let names = try texts.map { text in
            let content = JSONValue.object(["embed": .string(text), "model": .string(name)])
            return String(ContentHash.sha256(try content.bytes()).prefix(32))
        }
        var found = try cache?.vectors(names) ?? [:]
        budget.add { $0.remembered += found.count }
        var seen = Set(found.keys)
        let missing = texts.indices.filter { seen.insert(names[$0]).inserted }
        let parts = stride(from: 0, to: missing.count, by: Self.textsPerRequest).map {
            Array(missing[$0..<min($0 + Self.textsPerRequest, missing.count)])
        }
        var failure: ChatFailure?
        try run(control).run(
            parts.count,
            { part in
                let body = JSONValue.object([
                    "model": .string(name), "encoding_format": .string("float"),
                    "input": .strings(parts[part].map { texts[$0] }),
                ])
                return PostedRequest(path: "embeddings", body: try body.bytes(), seed: names[parts[part][0]])
            },
            { part, result in
                do throws(ChatFailure) {
                    let reply = try EmbeddingReply(json(try result.get()), count: parts[part].count, key: key)
                    budget.add { $0.promptTokens += reply.tokens }
                    let named = zip(parts[part], reply.vectors).map { (request: names[$0], vector: $1) }
                    for (name, vector) in named { found[name] = vector }
                    do throws(FileError) { try cache?.remember(named) } catch {
                        throw ChatFailure(.unusable, error.description)
                    }
                    return nil
                } catch {
                    failure = failure ?? error
                    return error
                }
            })
        if let failure { throw failure.kind == .unavailable ? UnreachableAddress(failure.description) : failure }
        let vectors = names.prefix { found[$0] != nil }.compactMap { found[$0] }
        if let first = vectors.first, let other = vectors.first(where: { $0.count != first.count }) {
            throw ChatFailure(
                .unusable, "vectors have \(first.count) and \(other.count) numbers; all must have as many")
        }
        return vectors
    }
}
