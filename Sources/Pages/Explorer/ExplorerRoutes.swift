internal import InputErrors
package import Output

/// What the explorer answers, and what its page is called.
package struct ExplorerAnswers: Sendable {
    /// Answers the document of a request.
    ///
    /// - Throws: an `InputProblem` for a request that is wrong, which is answered as such.
    package typealias Answer = @Sendable (JSONValue) throws -> LoopbackResponse

    /// For people.
    package let title: String
    /// The scenario's name, and its file.
    package let name: String
    package let file: String
    /// By their addresses, such as `/api/evaluate`.
    package let answers: [String: Answer]

    package init(title: String, name: String, file: String, answers: [String: Answer]) {
        (self.title, self.name, self.file, self.answers) = (title, name, file, answers)
    }
}

/// Every address of the explorer: who may ask, what is asked, and what is answered.
///
/// Answers are functions of the request alone. Nothing is written to disk: what is saved, the browser downloads.
package struct ExplorerRoutes: LoopbackSite {
    let content: ExplorerAnswers
    package let gate: ExplorerGate

    package init(_ content: ExplorerAnswers, gate: ExplorerGate) { (self.content, self.gate) = (content, gate) }

    package var address: String { gate.address }

    package func refusal(_ request: LoopbackRequest) -> LoopbackResponse? { gate.refusal(request) }

    /// Answers a request; takes as long as what is asked, but for searches, which run on.
    package func respond(to request: LoopbackRequest) -> LoopbackResponse {
        if let refusal = gate.refusal(request) { return refusal }
        guard request.body.count <= LoopbackRequest.largest else {
            return .refusal(413, "the request is larger than \(LoopbackRequest.largest) bytes")
        }
        if let page = ExplorerAssets.page(request.path) {
            guard request.method == "GET" else { return wrongMethod("GET") }
            return page(self)
        }
        guard let answer = content.answers[request.path] else {
            return .refusal(404, "there is nothing at this address")
        }
        guard request.method == "POST" else { return wrongMethod("POST") }
        guard request.isJSON else { return .notJSON }
        let document: JSONValue
        do { document = try JSONValue(strictly: request.body) } catch {
            return .refusal(400, "the request is no JSON document: \(error)")
        }
        guard document.objectValue != nil else { return .refusal(400, "the request is no JSON object") }
        do {
            return try answer(document)
        } catch let error as any InputProblem {
            return .refusal(400, "\(error)")
        } catch {
            return .refusal(500, "\(error)")
        }
    }

    private func wrongMethod(_ method: String) -> LoopbackResponse {
        .refusal(405, "this address takes \(method)", headers: [("Allow", method)])
    }
}
