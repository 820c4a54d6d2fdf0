internal import Foundation

/// The socket that the server library listens on, and gives no access to.
enum ListeningSocket {
    /// Descriptors that are looked through: the socket was opened when few others were.
    private static let most: Int32 = 4096

    /// Lets connections answer at once.
    ///
    /// The library writes the head of an answer and its body one after the other. Nagle's algorithm holds the body back until the
    /// client has acknowledged the head, which clients put off by 40 ms. Connections take the option from the socket that accepts them.
    ///
    /// - Returns: whether the socket was found.
    @discardableResult
    static func answersAtOnce(port: UInt16) -> Bool {
        for descriptor in 3..<most where isListening(descriptor, port) {
            var yes: Int32 = 1
            return setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0
        }
        return false
    }

    private static func isListening(_ descriptor: Int32, _ port: UInt16) -> Bool {
        var (accepts, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0, accepts != 0 else {
            return false
        }
        var (address, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        let found = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return found == 0 && UInt16(bigEndian: address.sin_port) == port
    }
}
