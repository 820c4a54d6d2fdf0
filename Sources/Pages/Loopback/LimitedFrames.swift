internal import FlyingFox

/// Frames of a socket whose messages may not be larger than requests: the library holds a message until its last frame has come.
struct LimitedFrames: WSHandler {
    let handler: MessageFrameWSHandler
    /// In bytes, of all frames of a message together.
    let largest: Int

    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        let largest = largest
        let limited = AsyncThrowingStream<WSFrame, any Error> { continuation in
            let task = Task {
                var held = 0
                do {
                    for try await frame in client {
                        held = Self.held(after: frame, held)
                        guard held <= largest else {
                            // As if the client had said it: then everything is put away.
                            continuation.yield(.close(code: .messageTooBig))
                            break
                        }
                        continuation.yield(frame)
                        if frame.fin, !Self.isControl(frame) { held = 0 }
                    }
                    continuation.finish()
                } catch { continuation.finish(throwing: error) }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        return try await handler.makeFrames(for: limited)
    }

    /// Bytes of the message that a frame belongs to; frames about the socket itself come between those of a message.
    static func held(after frame: WSFrame, _ held: Int) -> Int {
        isControl(frame) ? held : held + frame.payload.count
    }

    private static func isControl(_ frame: WSFrame) -> Bool { frame.opcode.rawValue >= WSFrame.Opcode.close.rawValue }
}
