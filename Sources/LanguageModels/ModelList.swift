internal import GameModel
internal import InputErrors
internal import Output

/// Which models an address has: `/v1/models`.
struct ModelList {
    /// The name of the only model.
    let onlyName: String

    /// - Throws: ``UnreachableAddress`` where nobody answers, `InputError` where the answer is no list of one model.
    init(_ run: RequestRun) throws {
        var result: Result<HTTPReply, ChatFailure>?
        try run.run(
            1, { _ in PostedRequest(path: "models", body: nil, seed: "models") },
            { _, came in
                result = came
                return nil
            })
        let url = Escaped.line(run.address.url)
        let body: [UInt8]
        switch result {
        case nil: throw UnreachableAddress("\(url): stopped before it answered")
        case .failure(let failure) where failure.kind == .unavailable: throw UnreachableAddress("\(url): \(failure)")
        case .failure(let failure): throw InputError("\(url): \(failure); name the model with --model-name")
        case .success(let reply): body = reply.body
        }
        let listed = try? JSONValue(strictly: body)["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue }
        guard let names = listed, !names.isEmpty else {
            throw InputError("\(url): its list of models cannot be read; name the model with --model-name")
        }
        guard names.count == 1 else {
            let shown = names.prefix(10).map { Escaped.line(run.key?.hidden(in: $0) ?? $0) }.joined(separator: ", ")
            throw InputError(
                "\(url): it has \(names.count) models (\(shown)\(names.count > 10 ? ", …" : "")); name one with --model-name"
            )
        }
        onlyName = run.key?.hidden(in: names[0]) ?? names[0]
    }
}
