internal import CGSL

/// The GNU Scientific Library that is linked.
public enum GSLLibrary {
    /// The version the library says it has, such as `2.7.1`.
    public static var version: String { unsafe String(cString: cgsl_version()) }
}
