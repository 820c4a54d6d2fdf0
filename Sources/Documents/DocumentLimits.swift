/// How large a scenario file may be. The limits bound the time and memory that any file can cost.
public enum DocumentLimits {
    /// Bytes of a file: 4 MiB.
    public static let bytes = 4 << 20
    /// Collections inside one another.
    public static let depth = 64
    /// Keys, values and list entries.
    public static let nodes = 250_000
    /// Problems listed for one file; the others are counted.
    public static let diagnostics = 100
    /// Characters of a name.
    public static let nameLength = 64
    /// Characters of a number.
    public static let numberLength = 64
}
