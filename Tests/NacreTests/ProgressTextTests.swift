import Nacre
import Testing

@Suite("How far the work is, in a line")
struct ProgressTextTests {
    @Test("With a total: the time left at the present rate")
    func counted() {
        let text = ProgressText("simulating", unit: "episodes")
        #expect(
            text.line(RunProgress(steps: 2_000, of: 10_000), seconds: 4)
                == "simulating: 2,000 of 10,000 episodes, 500/s; 16 s left")
        // What an earlier run had done says nothing of the rate.
        #expect(
            text.line(RunProgress(steps: 2_000, of: 10_000, before: 1_000), seconds: 4)
                == "simulating: 2,000 of 10,000 episodes, 250/s; 32 s left")
        #expect(
            text.line(RunProgress(steps: 1, of: 20), seconds: 30)
                == "simulating: 1 of 20 episodes, 30.0 s each; 9 min 30 s left")
        #expect(text.line(RunProgress(steps: 0, of: 20), seconds: 7) == "simulating: 0 of 20 episodes; 7 s so far")
        #expect(text.line(nil, seconds: 7) == "simulating; 7 s so far")
    }

    @Test("The part that is being done has its own rate")
    func phases() {
        let line = ProgressText("calibrating", unit: "parts").line(
            RunProgress(steps: 50, of: 100, phase: "bootstrap"), seconds: 60, phaseSeconds: 10)
        #expect(line == "calibrating, bootstrap: 50 of 100 parts, 5.0/s; 10 s left")
    }

    @Test("Bounds close at no rate: the gap, and what is left at most")
    func bounds() {
        let text = ProgressText("solving", unit: "starts", limit: 60)
        let open = RunProgress(steps: 1_234, lower: 0.25, upper: 0.75)
        #expect(
            text.line(open, seconds: 12)
                == "solving: 0.250000 to 0.750000, gap 0.500000, 1,234 beliefs; 12 s so far, at most 48 s left")
        #expect(
            text.line(RunProgress(steps: 5, upper: 0.75, prices: 2), seconds: 61)
                == "solving: price 3, ? to 0.750000, 5 beliefs; 61 s so far, at most 0 s left")
        #expect(
            ProgressText("solving", unit: "starts").line(open, seconds: 12)
                == "solving: 0.250000 to 0.750000, gap 0.500000, 1,234 beliefs; 12 s so far")
        // A limit before the end counts.
        #expect(
            text.line(RunProgress(steps: 1, of: 100), seconds: 10) == "solving: 1 of 100 starts, 10.0 s each; 50 s left"
        )
    }

    @Test("Questions are counted with what the last one left open")
    func answers() {
        #expect(
            ProgressText("planning", unit: "searches", limit: 60).line(RunProgress(steps: 12), seconds: 6, gap: 0.001)
                == "planning: 12 searches, 2.0/s, open: 0.001000; 6 s so far, at most 54 s left")
    }

    @Test(
        "Spans of time as people say them",
        arguments: [
            (0.0, "0 s"), (0.2, "1 s"), (99.5, "1 min 40 s"), (120, "2 min"), (3_600, "1 h"), (7_500, "2 h 5 min"),
            (200_000, "2 days"), (Double.infinity, "ages"),
        ])
    func durations(seconds: Double, text: String) { #expect(ProgressText.duration(seconds) == text) }
}
