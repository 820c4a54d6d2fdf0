import Dispatch
import Glibc

/// Wall-clock time of a piece of work, and processor time of the process.
enum Stopwatch {
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        try body()
        return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    }

    /// Processor time of all threads so far: what other work on the machine disturbs little.
    static var processorSeconds: Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .nan }
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// The shortest of several runs: the one that other work on the machine disturbed least.
    static func best(of rounds: Int, _ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<rounds { best = min(best, try seconds(body)) }
        return best
    }
}
