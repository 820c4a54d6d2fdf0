internal import CCurl
internal import Foundation

/// One request under way, on the thread that waits for it.
final class HTTPTransfer {
    private let easy: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>?
    private let request: HTTPRequest
    private let ticket: Int
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var contentType = ""
    private var retryAfter: String?
    private var location: String?

    /// Begins the transfer.
    ///
    /// - Returns: nil where libcurl has no memory for it.
    init?(_ request: HTTPRequest, ticket: Int, in multi: UnsafeMutableRawPointer) {
        guard let easy = curl_easy_init() else { return nil }
        (self.easy, self.request, self.ticket) = (easy, request, ticket)
        // "Expect:" without a value: a host need not be asked whether it wants what is posted.
        var lines = ["Accept: application/json", "Expect:"]
        if request.body != nil { lines.append("Content-Type: application/json") }
        if let authorization = request.authorization { lines.append("Authorization: \(authorization)") }
        headers = lines.reduce(UnsafeMutablePointer<curl_slist>?.none) { curl_slist_append($0, $1) }
        guard set(), curl_multi_add_handle(multi, easy) == CURLM_OK else {
            curl_easy_cleanup(easy)
            curl_slist_free_all(headers)
            return nil
        }
    }

    /// All options; false where one was refused, since a transfer without it could go where it must not.
    private func set() -> Bool {
        let milliseconds = min(Double(Int32.max), max(1, request.timeout / .milliseconds(1)))
        var codes = [
            ccurl_set_text(easy, CURLOPT_URL, request.url),
            // Above every variable of the environment about proxies.
            ccurl_set_text(easy, CURLOPT_PROXY, ""), ccurl_set_text(easy, CURLOPT_NOPROXY, "*"),
            ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0), ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Int(milliseconds)),
            ccurl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, Int(HTTPClient.largestReply)),
            ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers),
            ccurl_set_pointer(easy, CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: ticket)),
            ccurl_set_pointer(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque()),
            ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { HTTPTransfer.receive($0, $1, $2, $3) },
            ccurl_set_pointer(easy, CURLOPT_HEADERDATA, Unmanaged.passUnretained(self).toOpaque()),
            ccurl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { HTTPTransfer.receiveHeader($0, $1, $2, $3) },
        ]
        if let body = request.body {
            codes.append(ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, body.count))
            let copied = body.withUnsafeBytes { bytes in
                ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            }
            codes.append(copied)
        }
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    /// The ticket of a transfer by libcurl's handle.
    static func ticket(of easy: UnsafeMutableRawPointer) -> Int {
        var ticket: UnsafeMutableRawPointer?
        _ = ccurl_get_pointer(easy, CURLINFO_PRIVATE, &ticket)
        return Int(bitPattern: ticket)
    }

    private static let receive: ccurl_receiver = { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().take(
            UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    private static let receiveHeader: ccurl_receiver = { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().takeHeader(
            UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    /// - Returns: the number of bytes taken; fewer than there are end the transfer.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= HTTPClient.largestReply else {
            isTooLarge = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        let line = String(decoding: bytes, as: UTF8.self)
        guard let colon = line.firstIndex(of: ":") else { return bytes.count }
        let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
        switch line[..<colon].lowercased() {
        case "content-type":
            contentType = value.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        case "retry-after": retryAfter = value
        case "location": location = value
        default: break
        }
        return bytes.count
    }

    /// What a transfer that has ended came to.
    func outcome(_ code: CURLcode) -> HTTPOutcome {
        guard code == CURLE_OK else {
            return isTooLarge ? .tooLarge : HTTPFailure(code).outcome
        }
        var status = 0
        _ = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        if (300..<400).contains(status), status != 304 {
            return .redirect(status: status, target: location ?? "nowhere")
        }
        return .reply(HTTPReply(status: status, contentType: contentType, retryAfter: retryAfter, body: body))
    }

    /// Takes the transfer from the loop and reports its outcome.
    func finish(_ outcome: HTTPOutcome, in multi: UnsafeMutableRawPointer?) {
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
        request.done(outcome)
    }
}
