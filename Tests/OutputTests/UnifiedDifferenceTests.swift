import Output
import Testing

@Suite("Differences of texts as patch reads them")
struct UnifiedDifferenceTests {
    private let old = (1...20).map { "line \($0)\n" }.joined()

    @Test("One change with three lines around it")
    func one() {
        let new = old.replacing("line 10\n", with: "line ten\n")
        #expect(
            UnifiedDifference.text(from: old, to: new, name: "a", newName: "b")
                == "--- a\n+++ b\n@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+line ten\n line 11\n line 12\n line 13\n"
        )
    }

    @Test("Changes that lie far apart are apart, lines that are put in count on one side")
    func several() {
        let new = old.replacing("line 2\n", with: "line 2\nline two and a half\n").replacing("line 19\n", with: "")
        let text = UnifiedDifference.text(from: old, to: new, name: "a", newName: "b")
        #expect(text.contains("@@ -1,5 +1,6 @@\n line 1\n line 2\n+line two and a half\n line 3\n"))
        #expect(text.contains("@@ -16,5 +17,4 @@\n line 16\n"))
    }

    @Test("Texts that are the same differ in nothing; a last line without its end says so")
    func ends() {
        #expect(UnifiedDifference.text(from: old, to: old, name: "a", newName: "b").isEmpty)
        #expect(
            UnifiedDifference.text(from: "a\nb", to: "a\nc\n", name: "x", newName: "x")
                == "--- x\n+++ x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n")
        #expect(
            UnifiedDifference.text(from: "", to: "a\n", name: "x", newName: "x")
                == "--- x\n+++ x\n@@ -0,0 +1 @@\n+a\n")
    }

    @Test("Names from elsewhere do not act on a terminal")
    func names() {
        let text = UnifiedDifference.text(from: "a\n", to: "b\n", name: "a\u{1B}[2J\nb", newName: "b")
        #expect(text.hasPrefix("--- a\\u{1B}[2J\\u{A}b\n+++ b\n"))
    }
}
