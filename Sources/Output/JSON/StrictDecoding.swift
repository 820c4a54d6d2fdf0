internal import Foundation

/// Decoding of what was written by this program, from files that anybody may have changed since.
package enum StrictDecoding {
    /// Decodes a JSON text that is one by RFC 8259.
    ///
    /// Foundation's decoder ends the process at some numbers that JSON allows: where a whole number is wanted, one of more digits than its
    /// decimals hold, with an exponent that brings it back into range (met by fuzzing: `Fuzzing/corpus/checkpoint/long-number`).
    /// Members that stand twice it settles in an order that differs from process to process. So the text is read by the strict reader, and
    /// what that wrote again is decoded: numbers there have 17 digits at most.
    ///
    /// Whole numbers beyond `Int` are read as real ones: no document of this program has any.
    ///
    /// - Throws: ``JSONError`` for what is no JSON, what the decoder throws for another document.
    /// - Complexity: three passes over the text.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(JSONValue(strictly: bytes).bytes()))
    }
}
