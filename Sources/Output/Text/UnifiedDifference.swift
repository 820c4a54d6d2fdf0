/// What differs between two texts, as `diff -u` writes it and `patch` reads it.
public enum UnifiedDifference {
    /// Lines of both texts that are shown around a change.
    private static let context = 3

    private enum Line {
        case kept(String)
        case removed(String)
        case added(String)

        var text: String {
            switch self {
            case .kept(let line): " \(line)"
            case .removed(let line): "-\(line)"
            case .added(let line): "+\(line)"
            }
        }

        var isKept: Bool { if case .kept = self { true } else { false } }
        var isOld: Bool { if case .added = self { false } else { true } }
        var isNew: Bool { if case .removed = self { false } else { true } }
    }

    /// The difference of two texts; empty where they are the same.
    ///
    /// - Parameters:
    ///   - name: of the old text; no more than a label.
    ///   - newName: of the new one.
    /// - Complexity: O(lines · changed lines).
    ///
    /// Source: POSIX.1-2024, diff, "Diff -u or -U Output Format".
    public static func text(from old: String, to new: String, name: String, newName: String) -> String {
        guard old != new else { return "" }
        let lines = merged(parts(old), parts(new))
        var result = "--- \(Escaped.line(name))\n+++ \(Escaped.line(newName))\n"
        for hunk in hunks(lines) {
            let before = lines[..<hunk.lowerBound]
            let (oldStart, newStart) = (before.count(where: \.isOld), before.count(where: \.isNew))
            let shown = lines[hunk]
            result +=
                "@@ -\(place(oldStart, shown.count(where: \.isOld))) +\(place(newStart, shown.count(where: \.isNew))) @@\n"
            for line in shown {
                // A last line without its end says so, as the format has it.
                result += line.text.hasSuffix("\n") ? line.text : "\(line.text)\n\\ No newline at end of file\n"
            }
        }
        return result
    }

    /// Lines with their ends.
    private static func parts(_ text: String) -> [String] {
        var lines = text.split(separator: Character("\n"), omittingEmptySubsequences: false).map { "\($0)\n" }
        if let last = lines.popLast(), last != "\n" { lines.append(String(last.dropLast())) }
        return lines
    }

    private static func place(_ start: Int, _ count: Int) -> String {
        let first = count == 0 ? start : start + 1
        return count == 1 ? "\(first)" : "\(first),\(count)"
    }

    /// Both texts as one list, in which what was removed stands before what was added in its place.
    private static func merged(_ old: [String], _ new: [String]) -> [Line] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if removed.contains(left) {
                lines.append(.removed(old[left]))
                left += 1
            } else if added.contains(right) {
                lines.append(.added(new[right]))
                right += 1
            } else {
                lines.append(.kept(old[left]))
                (left, right) = (left + 1, right + 1)
            }
        }
        return lines
    }

    /// Stretches around changes; those that touch are one.
    private static func hunks(_ lines: [Line]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for index in lines.indices where !lines[index].isKept {
            let range = max(0, index - context)..<min(lines.count, index + context + 1)
            if let last = hunks.last, range.lowerBound <= last.upperBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }
}
