/// What this library and the program are.
public enum Release {
    /// The version, which the newest heading of CHANGELOG.md names.
    public static let version = "0.1.0"
}
