#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The natural logarithm; −∞ at 0.
func logarithm(_ value: Double) -> Double { log(value) }

/// e to a power.
func exponential(_ value: Double) -> Double { exp(value) }
