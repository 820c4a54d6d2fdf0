import Foundation
import Output
import Testing

@Suite("Limits and reports of belief planning on the command line")
struct BeliefLimitsTests {
    /// What the program takes whatever is searched: itself, the scenario and its report.
    private static let base = 48 << 20

    @Test("A limit on what pays as much as help has a price, though sweeps settle differently from different sides")
    func jumpingExcess() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try folder.write(
            "even.yaml",
            text.replacing("helped: 1.0, went_away", with: "helped: 100, went_away").replacing(
                "gave_up: 0.2, misused: -5.0", with: "gave_up: 0.2, misused: 100"))
        let solved = try CLI.json("solve", "even.yaml", "--method", "soft", "--tau", "0.1", in: folder)
        #expect(solved["status"] == .string("gap_reached"))
        let price = try #require(solved["multipliers"]?.arrayValue?.first?["value"]?.doubleValue)
        #expect(price > 1)
    }

    @Test(
        "The whole process stays within --memory and a fixed base",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "there is no proc(5) here"),
        arguments: ["self-harm-question", "dual-use-technical"])
    func memory(scenario: String) throws {
        let child = try CLI.start([
            "solve", CLI.scenario(scenario), "--method", "belief", "--memory", "64", "--gap", "1e-6", "--time-limit",
            "4",
            "--json",
        ])
        var peak = 0
        // The peak never falls, so what the last look missed is what was taken in the last few milliseconds.
        _ = child.wait(seconds: 60) {
            peak = max(peak, child.peakMemory ?? 0)
            return false
        }
        let ended = try child.ended()
        #expect(ended.status == 0 || ended.status == 1, "\(ended.messages)")
        #expect(peak > 16 << 20)
        #expect(peak <= 64 << 20 + Self.base, "\(peak >> 20) MiB")
    }

    @Test("What forgetting costs is printed beside the optimum")
    func forgetting() throws {
        let json = try CLI.json("solve", CLI.scenario("benign-but-scary"), "--method", "belief", "--gap", "0.001")
        let best = try #require(json["finite_memory"])
        let value = try #require(best["value"]?.doubleValue)
        #expect(best["controller"] == .string("last-turn"))
        #expect(best["starts"] == .integer(2))
        let price = try #require(best["price_of_memorylessness"]?.doubleValue)
        #expect(price == (try #require(json["value"]?.doubleValue)) - value)
        #expect(price > 0)
        let text = try CLI.run("solve", CLI.scenario("benign-but-scary"), "--method", "belief", "--gap", "0.001")
        #expect(text.output.contains("remembering the last observation and the turn only: "))
    }

    @Test("Every start of the gradient method is listed with its end")
    func starts() throws {
        let json = try CLI.json("solve", "starter.yaml", "--starts", "3", "--perturbations", "0")
        let list = try #require(json["starts"]?["list"]?.arrayValue)
        #expect(list.count == 3)
        let values = list.compactMap { $0["value"]?.doubleValue }
        #expect(json["starts"]?["values"]?.arrayValue?.compactMap(\.doubleValue) == values)
        #expect(values.max() == json["value"]?.doubleValue)
        for start in list {
            try Shape.check(
                start, ["residual": .number, "violation": .number, "iterations": .integer, "status": .string])
        }
        let text = try CLI.run("solve", "starter.yaml", "--starts", "3", "--perturbations", "0")
        #expect(text.output.contains("values of the starts: least "))
    }
}
