import Foundation
import FuzzArguments
import Testing
// Not used here: an executable is linked into tests that name it, and FuzzArguments calls its parser.
import sim_cli

/// Every option of every command, as the program describes itself: a new option is covered unasked.
@Suite("Ends of the ranges of options")
struct RangeTests {
    /// What an option takes, as its refusal says.
    struct Range {
        let lower: String
        let upper: String
        let isAbove: Bool
        let isBelow: Bool
        let isWhole: Bool
        let takesZero: Bool

        init?(_ message: String) {
            let form =
                #/it must be (0, or )?(at least|above) (\S+) and (at most|below) (\S+?)(, a whole number)?[.:](?:\s|$)/#
            guard let match = try? form.firstMatch(in: message) else { return nil }
            (lower, upper) = (String(match.3), String(match.5))
            (isAbove, isBelow) = (match.2 == "above", match.4 == "below")
            (isWhole, takesZero) = (match.6 != nil, match.1 != nil)
        }

        /// The least and the largest number that are taken.
        var inside: [String] {
            guard let low = Double(lower), let high = Double(upper), !isWhole else { return [lower, upper] }
            return ["\(isAbove ? low.nextUp : low)", "\(isBelow ? high.nextDown : high)"]
        }

        /// The nearest numbers on either side that are not.
        var outside: [String] {
            guard let low = Double(lower), let high = Double(upper) else { return [] }
            guard isWhole else { return ["\(isAbove ? low : low.nextDown)", "\(isBelow ? high : high.nextUp)", "nan"] }
            let below = Int(lower).flatMap { $0 == 1 && takesZero || $0 == .min ? nil : "\($0 - 1)" }
            let above = UInt64(upper).map { $0 == .max ? "18446744073709551616" : "\($0 + 1)" }
            return [below, above, lower + ".5"].compactMap(\.self)
        }
    }

    private static func refusal(_ command: CommandLines.Command, _ option: String, _ value: String) -> String? {
        CommandLines.refusal(of: command.words + ["--\(option)=\(value)"])
    }

    @Test("Both ends are taken, and what lies just beyond them is refused with the range")
    func ends() throws {
        var ranges = 0
        for command in try CommandLines().commands {
            for option in command.options {
                let place = "\(command.words.joined(separator: " ")) --\(option)"
                guard let range = Self.refusal(command, option, "?").flatMap(Range.init) else { continue }
                ranges += 1
                for value in range.inside {
                    let message = Self.refusal(command, option, value) ?? ""
                    #expect(!message.contains("it must be"), "\(place)=\(value): \(message)")
                }
                for value in range.outside {
                    let message = Self.refusal(command, option, value) ?? ""
                    #expect(message.contains("it must be"), "\(place)=\(value): \(message)")
                }
            }
        }
        #expect(ranges > 100)
    }

    @Test("An option that refuses a word says what it takes: a range, or names")
    func saysWhat() throws {
        for command in try CommandLines().commands {
            for option in command.options {
                let place = "\(command.words.joined(separator: " ")) --\(option)"
                let message = Self.refusal(command, option, "?") ?? ""
                // The old name of --foresight, which help does not show.
                guard option != "follower" else { continue }
                // ArgumentParser's own words, for what is missing besides.
                guard message.contains("'?'") || message.contains("invalid") else { continue }
                let says = ["it must be", "one of", "write", "must be", "such as", "there is no", "has no"]
                #expect(says.contains { message.contains($0) }, "\(place): \(message)")
            }
        }
    }
}
