import Output
import Testing

@Suite("Reading JSON")
struct ReaderTests {
    @Test("What is written is read back as it was", arguments: [JSONValue.Layout.compact, .indented])
    func roundTrip(layout: JSONValue.Layout) throws {
        let value = JSONValue.object([
            "nothing": .null, "yes": .bool(true), "no": .bool(false), "whole": .integer(-7), "real": .number(0.5),
            "text": .string("quote \" backslash \\ line\nend\u{1}é😀"), "empty": .string(""),
            "list": .array([.integer(1), .number(2.5), .string("3"), .null, .array([]), .object([:])]),
            "": .object(["nested": .object(["deeply": .array([.array([.bool(true)])])])]),
        ])
        #expect(try JSONValue(parsing: value.text(layout)) == value)
    }

    @Test(
        "A text that is not JSON is an error that says where",
        arguments: [
            "", " ", "{", "[", "[1,]", "{'a':1}", "{\"a\":1,}", "{\"a\"}", "{\"a\":}", "nul", "tru", "1 2", "NaN",
            "01", "1.", ".5", "-", "+1", "1e", "1e400", "0x10", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
            "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "// comment\n1", "[1 2]", "\u{FEFF}1", "Infinity",
        ])
    func notJSON(text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.description.prefixMatch(of: #/line \d+, column \d+: |byte \d+: /#) != nil)
    }

    @Test("An error names line and column")
    func place() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\n  \"a\": 1,\n  b\n}") }
        #expect(error?.description == "line 3, column 3: a member needs a name in quotes")
        let inRow = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\"a\":1,b}") }
        #expect(inRow?.description == "byte 8: a member needs a name in quotes")
    }

    @Test("A member that stands twice is an error, not a choice")
    func duplicates() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"a":1,"b":{"a":2},"a":1}"#) }
        #expect(error?.description.contains("a stands twice") == true)
    }

    @Test("Bytes that are not UTF-8 are an error")
    func notUTF8() throws {
        #expect(throws: JSONError.self) { try JSONValue(strictly: [0x22, 0xC3, 0x28, 0x22]) }
        #expect(try JSONValue(strictly: Array("\"é\"".utf8)) == .string("é"))
    }

    @Test("Nesting that could exhaust the stack is an error, not a crash")
    func nesting() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(500))
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test(
        "Whole and real numbers stay what the text says that they are",
        arguments: [
            ("1", .integer(1)), ("1.0", .number(1)), ("-0", .integer(0)), ("-0.0", .number(-0.0)),
            ("1e2", .number(100)),
            ("1E+2", .number(100)), ("2000000000000000.0", .number(2e15)), ("1e-05", .number(1e-5)),
        ] as [(String, JSONValue)])
    func kinds(text: String, value: JSONValue) throws {
        let read = try JSONValue(parsing: text)
        #expect(read == value)
        #expect(read.doubleValue?.sign == value.doubleValue?.sign)
    }

    @Test("Escapes of every kind are read, surrogate pairs too")
    func escapes() throws {
        #expect(
            try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00\u0000""#)
                == .string("\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{20AC}\u{1F600}\u{0}"))
    }

    @Test("White space is skipped, and only that of the standard")
    func space() throws {
        #expect(
            try JSONValue(parsing: " \t\r\n[ 1 , { \"a\" : [ ] } ]\n")
                == .array([.integer(1), .object(["a": .array([])])]))
        #expect(throws: JSONError.self) { try JSONValue(parsing: "\u{A0}1") }
    }

    @Test("Truth values are not numbers, and numbers are not truth values")
    func truthAndNumbers() throws {
        #expect(
            try JSONValue(parsing: "[true,1,0,false]") == .array([.bool(true), .integer(1), .integer(0), .bool(false)]))
    }

    @Test("A whole number beyond Int is read as a real one")
    func largeNumbers() throws {
        #expect(try JSONValue(parsing: "18446744073709551616").doubleValue == 18_446_744_073_709_551_616)
        #expect(try JSONValue(parsing: "0.25") == .number(0.25))
        #expect(try JSONValue(parsing: "1e-3") == .number(0.001))
    }

    @Test("Accessors give a value of their kind or nothing")
    func accessors() throws {
        let value = try JSONValue(parsing: #"{"s":"x","i":3,"d":0.5,"b":true,"a":[1],"n":null}"#)
        #expect(value["s"]?.stringValue == "x")
        #expect(value["i"]?.integerValue == 3)
        #expect(value["i"]?.doubleValue == 3)
        #expect(value["d"]?.doubleValue == 0.5)
        #expect(value["d"]?.integerValue == nil)
        #expect(value["b"]?.boolValue == true)
        #expect(value["a"]?.arrayValue == [.integer(1)])
        #expect(value["n"] == .null)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["x"] == nil)
        #expect(value.objectValue?.count == 6)
    }
}
