internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// Says what an error of URLSession means.
struct HTTPFailure {
    let outcome: HTTPOutcome

    init(_ error: any Error) {
        guard let error = error as? URLError else {
            outcome = .broken("the connection failed")
            return
        }
        outcome =
            switch error.code {
            case .cannotConnectToHost: .broken("nothing accepts connections there")
            case .cannotFindHost, .dnsLookupFailed: .broken("the host's name is not known")
            case .networkConnectionLost, .badServerResponse:
                .broken("the connection was closed before the answer was complete")
            case .notConnectedToInternet: .broken("this machine has no network")
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot,
                .serverCertificateNotYetValid, .clientCertificateRejected, .clientCertificateRequired:
                .untrusted(error.localizedDescription)
            default: Self.other(error.localizedDescription)
            }
    }

    /// On Linux most errors have one code, and libcurl's words say which it is. (libcurl 7.74 to 8.)
    private static func other(_ words: String) -> HTTPOutcome {
        let lowered = words.lowercased()
        if lowered.contains("certificate") { return .untrusted(words) }
        if lowered.contains("transfer closed") || lowered.contains("empty reply") {
            return .broken("the connection was closed before the answer was complete")
        }
        return .broken("the connection failed: \(words)")
    }
}
