import GameModel
import Synchronization
import Testing

@Suite("Lists of results under a control")
struct ControlledMapTests {
    @Test("All results in order, whatever the number of threads", arguments: [1, 2, 5])
    func order(threads: Int) {
        for count in [0, 1, 7, 200] {
            let found = RunControl().map(count: count, threads: threads) { $0 * $0 }
            #expect(found == (0..<count).map { $0 * $0 })
        }
    }

    @Test("Asked to stop, it returns the first results, as they would have been", arguments: [1, 3])
    func stopped(threads: Int) {
        let done = Atomic<Int>(0)
        let control = RunControl(stop: { done.load(ordering: .relaxed) >= 40 })
        let found = control.map(count: 1_000, threads: threads) { index in
            done.add(1, ordering: .relaxed)
            return index
        }
        #expect(found.count >= 40 && found.count < 40 + threads)
        #expect(found == Array(0..<found.count))
    }

    @Test("A deadline in the past lets nothing begin")
    func late() {
        #expect(RunControl(within: .seconds(-1)).map(count: 10, threads: 2) { $0 }.isEmpty)
    }

    @Test("Progress grows from 0 to all, with the phase that was named")
    func progress() {
        var reports: [RunProgress] = []
        let control = RunControl(progress: { reports.append($0) })
        _ = control.map(count: 1_000, threads: 2, phase: "folds") { $0 }
        #expect(reports.first?.steps == 0 && reports.last?.steps == 1_000)
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.steps < $1.steps })
        #expect(reports.allSatisfy { $0.total == 1_000 && $0.phase == "folds" })
        #expect((60...80).contains(reports.count))
    }
}
