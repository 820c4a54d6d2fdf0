internal import Foundation

/// Decoding of what was written by this program, from files that anybody may have changed since.
package enum StrictDecoding {
    /// Decodes a JSON text that is one by RFC 8259.
    ///
    /// Foundation's decoder finds out what a number is only when it is asked for one, and ends the process where it is none at all (its
    /// scanner of numbers has a precondition, met by fuzzing); members that stand twice it settles in an order that differs from process
    /// to process. So the text is read by the strict reader first.
    ///
    /// - Throws: ``JSONError`` for what is no JSON, `DecodingError` for another document.
    /// - Complexity: two passes over the text.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        _ = try JSONValue(strictly: bytes)
        return try JSONDecoder().decode(type, from: Data(bytes))
    }
}
