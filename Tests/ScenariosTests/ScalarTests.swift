import Documents
import Scenarios
import Testing

/// Scalars mean what the core schema of YAML 1.2 says, and nothing that YAML 1.1 adds.
@Suite struct ScalarTests {
    @Test(arguments: [
        ("0", 0), ("-1", -1), ("+1", 1), ("1.", 1), (".5", 0.5), ("1e3", 1000), ("1E-2", 0.01), ("0.1", 0.1),
        ("-0.0", 0),
        ("0.1000000000000000055511151231257827", 0.1), ("2.5e-5", 0.000025),
    ])
    func numbers(text: String, value: Double) {
        #expect(ScalarValue(text, isPlain: true) == .number(value))
        #expect(ScalarValue(text, isPlain: false) == .text(text))
    }

    @Test(arguments: [
        ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1e400", "-1e999", "0x10", "-0xFF", "0o17", "0b11", "010", "-01.5",
        String(repeating: "1", count: 65),
    ])
    func refusedNumbers(text: String) {
        guard case .refusedNumber = ScalarValue(text, isPlain: true) else {
            Issue.record("\(text) is not refused")
            return
        }
    }

    @Test(arguments: [
        "yes", "No", "on", "y", "1_000", "1:30", "nan", "inf", "Infinity", "1e", "e5", ".", "+", "-", "1.2.3", "0x",
        "0xg",
        "12abc", "١٢", "2024-01-01", "=", "<<", "NAN", "true ", "tRue",
    ])
    func texts(text: String) {
        #expect(ScalarValue(text, isPlain: true) == .text(text))
    }

    @Test func nullAndTruth() {
        for text in ["", "~", "null", "Null", "NULL"] { #expect(ScalarValue(text, isPlain: true) == .null) }
        for text in ["true", "True", "TRUE"] { #expect(ScalarValue(text, isPlain: true) == .bool(true)) }
        for text in ["false", "False", "FALSE"] { #expect(ScalarValue(text, isPlain: true) == .bool(false)) }
    }
}
