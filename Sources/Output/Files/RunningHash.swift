internal import COpenSSL

/// SHA-256 of bytes that arrive in parts.
///
/// Source: FIPS 180-4, by OpenSSL's EVP interface.
final class RunningHash {
    private let context: OpaquePointer

    init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("OpenSSL has no SHA-256, or no memory for its state")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    func update(_ part: some Sequence<UInt8>) {
        let taken: Int32? = part.withContiguousStorageIfAvailable {
            EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        if let taken {
            precondition(taken == 1, "OpenSSL could not hash")
        } else {
            update(Array(part))
        }
    }

    /// The hash of what came so far, in 32 bytes; more may follow.
    ///
    /// - Complexity: O(1).
    var digest: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard let copy = EVP_MD_CTX_new() else { preconditionFailure("there is no memory for a hash") }
        defer { EVP_MD_CTX_free(copy) }
        precondition(
            EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, &bytes, nil) == 1,
            "OpenSSL could not finish a hash")
        return bytes
    }

    /// All 64 digits of ``digest``.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func of(_ bytes: [UInt8]) -> RunningHash {
        let hash = RunningHash()
        hash.update(bytes)
        return hash
    }
}
