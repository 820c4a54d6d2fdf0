internal import CZlib

/// Unpacks gzip data that arrive in parts: one member after the other, as `gzip -dc` does.
final class Gunzip {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    /// Whether the last member ended and no further one has begun.
    private(set) var isComplete = false

    /// - Throws: ``FileError`` if zlib has no memory.
    init() throws(FileError) {
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for a gzip header.
        guard inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw FileError("zlib cannot be started")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Calls `body` with what the part unpacks to, in pieces of at most 256 KiB.
    ///
    /// - Returns: false if the data are damaged; nothing more can be read then.
    /// - Throws: what `body` throws.
    func take(_ part: [UInt8], _ body: ([UInt8]) throws -> Void) throws -> Bool {
        // Zeros may pad the end of a file (RFC 1952 says nothing of them; gzip and Python skip them).
        var input = isComplete ? Array(part.drop { $0 == 0 }) : part
        guard !input.isEmpty else { return true }
        var output = [UInt8](repeating: 0, count: 1 << 18)
        return try input.withUnsafeMutableBufferPointer { input in
            (stream.pointee.next_in, stream.pointee.avail_in) = (input.baseAddress, UInt32(input.count))
            repeat {
                if isComplete {
                    guard stream.pointee.next_in.pointee != 0 else { return true }
                    inflateReset(stream)
                    isComplete = false
                }
                let status = output.withUnsafeMutableBufferPointer { output in
                    (stream.pointee.next_out, stream.pointee.avail_out) = (output.baseAddress, UInt32(output.count))
                    return inflate(stream, Z_NO_FLUSH)
                }
                let count = output.count - Int(stream.pointee.avail_out)
                if count > 0 { try body(Array(output[..<count])) }
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return false }
                isComplete = status == Z_STREAM_END
            } while stream.pointee.avail_in > 0 || (stream.pointee.avail_out == 0 && !isComplete)
            return true
        }
    }
}
