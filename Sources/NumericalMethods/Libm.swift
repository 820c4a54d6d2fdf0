#if canImport(Glibc)
    public import Glibc
#elseif canImport(Darwin)
    public import Darwin
#endif

/// The functions of the system's mathematics library that Nacre computes with: the one place that knows which library that is.
///
/// Arguments and results are as in C: of 0 the logarithm is −∞, of a negative number NaN, and what overflows is infinite.
public enum Libm {
    /// e to the power x.
    @inlinable
    public static func exp(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.exp(x)
        #else
            Darwin.exp(x)
        #endif
    }

    /// The natural logarithm.
    @inlinable
    public static func log(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log(x)
        #else
            Darwin.log(x)
        #endif
    }

    /// e to the power x, less 1; exact to the last digits near 0.
    @inlinable
    public static func expm1(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.expm1(x)
        #else
            Darwin.expm1(x)
        #endif
    }

    /// The natural logarithm of 1 + x; exact to the last digits near 0.
    @inlinable
    public static func log1p(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log1p(x)
        #else
            Darwin.log1p(x)
        #endif
    }

    /// The sine of an angle in radians.
    @inlinable
    public static func sin(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.sin(x)
        #else
            Darwin.sin(x)
        #endif
    }

    /// The cosine of an angle in radians.
    @inlinable
    public static func cos(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.cos(x)
        #else
            Darwin.cos(x)
        #endif
    }

    /// The angle in radians whose sine this is, from −π/2 to π/2.
    @inlinable
    public static func asin(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.asin(x)
        #else
            Darwin.asin(x)
        #endif
    }

    /// The logarithm to the base 10.
    @inlinable
    public static func log10(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log10(x)
        #else
            Darwin.log10(x)
        #endif
    }

    /// 1 less the error function: 2/√π ∫ₓ^∞ e^{−t²} dt.
    @inlinable
    public static func erfc(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.erfc(x)
        #else
            Darwin.erfc(x)
        #endif
    }

    /// The hyperbolic sine.
    @inlinable
    public static func sinh(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.sinh(x)
        #else
            Darwin.sinh(x)
        #endif
    }

    /// The hyperbolic cosine.
    @inlinable
    public static func cosh(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.cosh(x)
        #else
            Darwin.cosh(x)
        #endif
    }

    /// x to the power y.
    @inlinable
    public static func pow(_ x: Double, _ y: Double) -> Double {
        #if canImport(Glibc)
            Glibc.pow(x, y)
        #else
            Darwin.pow(x, y)
        #endif
    }
}
