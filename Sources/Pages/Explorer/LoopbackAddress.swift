internal import FlyingFox
internal import FlyingSocks

/// Where pages are answered from: this machine, and nobody else's.
package struct LoopbackAddress: Sendable, Equatable {
    /// 0 for one that the system chooses.
    package let port: UInt16

    package init(port: UInt16) { self.port = port }

    /// A server that listens there and has no answers yet.
    var server: HTTPServer { HTTPServer(address: .loopback(port: port)) }
}
