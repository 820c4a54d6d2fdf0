internal import InputErrors
public import Output

/// A request as a line of an OpenAI batch file, which other engines read as well.
///
/// ```json
/// {"custom_id": "9f2c…-0", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "…", "messages": […]}}
/// ```
public enum BatchRequest {
    /// The line, without its line feed.
    ///
    /// - Throws: `JSONError` for a number that is not finite.
    public static func line(_ request: ChatRequest, _ body: ChatBody) throws(JSONError) -> [UInt8] {
        try JSONValue.object([
            "custom_id": .string(try id(request)), "method": .string("POST"), "url": .string("/v1/chat/completions"),
            "body": body.json,
        ]).bytes()
    }

    /// The name of a request within a batch: what it says, whoever is asked, and its sample.
    public static func id(_ request: ChatRequest) throws(JSONError) -> String {
        "\(try ChatBody.name(request))-\(request.sample)"
    }

    /// What a name was made from; nil for a name of another kind.
    static func parts(_ id: String) -> (name: String, sample: Int)? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 32, let sample = Int(parts[1]), (0..<1 << 20).contains(sample),
            parts[0].allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        else { return nil }
        return (String(parts[0]), sample)
    }
}
