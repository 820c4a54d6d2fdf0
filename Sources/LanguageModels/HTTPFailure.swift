internal import CCurl

/// Says what an error of libcurl means.
///
/// Source: libcurl-errors(3).
struct HTTPFailure {
    let outcome: HTTPOutcome

    init(_ code: CURLcode) {
        let words = curl_easy_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
        outcome =
            switch code {
            case CURLE_COULDNT_CONNECT: .broken("nothing accepts connections there")
            case CURLE_COULDNT_RESOLVE_HOST: .broken("the host's name is not known")
            case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
                .broken("the connection was closed before the answer was complete")
            case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: .broken("what answers does not speak HTTP")
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_FILESIZE_EXCEEDED: .tooLarge
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
                .untrusted(words)
            default: .broken("the connection failed: \(words)")
            }
    }
}
