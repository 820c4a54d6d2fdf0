internal import InputErrors
internal import Output

/// A line of a batch's answers: OpenAI's form, and what vLLM, SGLang and others write for it.
struct BatchLine {
    let id: String
    let result: Result<ChatReply, ChatFailure>

    /// - Throws: `InputError` for a line that is no answer of a batch at all.
    init(_ bytes: [UInt8]) throws(InputError) {
        let line: JSONValue
        do throws(JSONError) { line = try JSONValue(strictly: bytes) } catch {
            throw InputError("is not JSON: \(error.description)")
        }
        guard let id = line["custom_id"]?.stringValue else { throw InputError("has no custom_id") }
        self.id = id
        result = Self.result(line)
    }

    private static func result(_ line: JSONValue) -> Result<ChatReply, ChatFailure> {
        if let error = line["error"], error != .null { return .failure(failure("the engine reports an error", error)) }
        guard let response = line["response"], response != .null else {
            return .failure(ChatFailure(.unusable, "the line has neither an answer nor an error"))
        }
        let status = response["status_code"]?.integerValue ?? 200
        let body = response["body"] ?? response
        guard status == 200 else { return .failure(failure("the engine answered with status \(status)", body)) }
        do throws(ChatFailure) { return .success(try ChatReply(body, schema: nil)) } catch { return .failure(error) }
    }

    private static func failure(_ text: String, _ shown: JSONValue) -> ChatFailure {
        ChatFailure(.unusable, text + RequestVerdict.excerpt((try? shown.bytes()) ?? [], key: nil))
    }
}
