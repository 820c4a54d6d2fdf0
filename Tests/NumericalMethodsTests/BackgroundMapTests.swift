import NumericalMethods
import Synchronization
import Testing

@Suite("Results that other threads begin")
struct BackgroundMapTests {
    @Test("Are those of a loop, in its order, on any number of threads", arguments: [1, 2, 3, 8])
    func order(threads: Int) {
        for count in [0, 1, 2, 100, 1000] {
            let map = BackgroundMap(count: count, threads: threads) { index in
                // Work of different length, so that threads overtake each other.
                (0..<(index % 7) * 1000).reduce(index) { $0 ^ $1 }
            }
            #expect(map.finish() == (0..<count).map { index in (0..<(index % 7) * 1000).reduce(index) { $0 ^ $1 } })
        }
    }

    @Test("Each is computed once; by one thread none before it is asked for")
    func once() {
        let counts = Mutex([Int](repeating: 0, count: 500))
        let alone = BackgroundMap(count: 500, threads: 1) { index in counts.withLock { $0[index] += 1 } }
        #expect(counts.withLock { $0.allSatisfy { $0 == 0 } })
        _ = alone.finish()
        _ = BackgroundMap(count: 500, threads: 4) { index in counts.withLock { $0[index] += 1 } }.finish()
        #expect(counts.withLock { $0.allSatisfy { $0 == 2 } })
    }
}
