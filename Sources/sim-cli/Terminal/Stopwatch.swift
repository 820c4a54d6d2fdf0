internal import Nacre

/// Seconds since a moment; read in this program only, never in a library.
struct Stopwatch: Sendable {
    private let begun = ContinuousClock.now

    var seconds: Double { (ContinuousClock.now - begun) / .seconds(1) }
}
