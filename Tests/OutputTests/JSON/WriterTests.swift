import Output
import Testing

@Suite("Writing canonical JSON")
struct WriterTests {
    @Test(
        "Text is escaped as RFC 8259 asks, and no more",
        arguments: [
            ("plain", #""plain""#), ("", #""""#), ("\"\\", #""\"\\""#), ("\n\r\t", #""\n\r\t""#),
            ("\u{0}\u{1}\u{8}\u{C}\u{1F}", #""\u0000\u0001\u0008\u000c\u001f""#), ("\u{7F}/é€😀", "\"\u{7F}/é€😀\""),
            ("a\u{2028}b\r\nc", "\"a\u{2028}b\\r\\nc\""),
        ])
    func escapes(text: String, written: String) throws {
        #expect(try JSONValue.string(text).text() == written)
        #expect(try JSONValue(parsing: written) == .string(text))
    }

    @Test("Keys are sorted by their UTF-8 bytes and escaped like text")
    func keysAreSorted() throws {
        // UTF-16 order would put the emoji (a surrogate pair) before U+FF5A; Swift's String order would join é and e + ´.
        let keys = ["b", "a", "B", "", "ab", "ｚ", "😀", "é", "z", "_", "a\"b"]
        let value = JSONValue.object(Dictionary(uniqueKeysWithValues: keys.map { ($0, .null) }))
        #expect(
            try value.text()
                == #"{"":null,"B":null,"_":null,"a":null,"a\"b":null,"ab":null,"b":null,"z":null,"é":null,"ｚ":null,"#
                + #""😀":null}"#)
    }

    @Test(
        "A real number is written in its shortest form, and never looks whole",
        arguments: [
            (1.0, "1.0"), (0.0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (-2.5, "-2.5"), (1e-5, "1e-05"),
            (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (1e16, "1e+16"),
            (0.1 + 0.2, "0.30000000000000004"), (100, "100.0"), (2e15, "2000000000000000.0"),
        ] as [(Double, String)])
    func reals(number: Double, written: String) throws {
        #expect(try JSONValue.number(number).text() == written)
    }

    @Test("Real numbers keep every bit through writing and reading")
    func realsRoundTrip() throws {
        var bits: UInt64 = 0x0123_4567_89AB_CDEF
        var numbers = [
            0, -0.0, 1, 1e-5, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi, 1e22, 1e23,
        ]
        while numbers.count < 5000 {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Double(bitPattern: bits)
            if number.isFinite { numbers.append(number) }
        }
        let read = try JSONValue(parsing: JSONValue.numbers(numbers).text()).arrayValue?.compactMap(\.doubleValue)
        #expect(read?.map(\.bitPattern) == numbers.map(\.bitPattern))
    }

    @Test("What is not finite cannot be written", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(number: Double) {
        let value = JSONValue.object(["deep": .array([.number(1), .number(number)])])
        #expect(throws: JSONError.self) { try value.text() }
        #expect(throws: JSONError.self) { try value.bytes(.indented) }
    }

    @Test("Whole numbers are written without a decimal point", arguments: [0, -1, Int.max, Int.min])
    func integers(number: Int) throws {
        #expect(try JSONValue.integer(number).text() == "\(number)")
        #expect(try JSONValue(parsing: "\(number)") == .integer(number))
    }

    @Test("Compact is one line without spaces; indented has two spaces a level")
    func layouts() throws {
        let value = JSONValue.object([
            "b": .array([.integer(1), .array([]), .object([:])]), "a": .object(["x": .bool(true), "y": .null]),
        ])
        #expect(try value.text() == #"{"a":{"x":true,"y":null},"b":[1,[],{}]}"#)
        #expect(
            try value.text(.indented) == """
                {
                  "a": {
                    "x": true,
                    "y": null
                  },
                  "b": [
                    1,
                    [],
                    {}
                  ]
                }
                """)
    }

    @Test("The text is its bytes, and the same value gives the same bytes every time")
    func sameBytes() throws {
        let value = JSONValue.object(
            Dictionary(uniqueKeysWithValues: (0..<500).map { ("key \($0)", .number(Double($0) / 7)) }))
        let bytes = try value.bytes()
        #expect(try Array(value.text().utf8) == bytes)
        let reversed = JSONValue.object(
            Dictionary(uniqueKeysWithValues: (0..<500).reversed().map { ("key \($0)", .number(Double($0) / 7)) }))
        #expect(try reversed.bytes() == bytes)
    }
}
