extension Escaped {
    /// An argument as a shell reads it back: unquoted where it is plain, in single quotes otherwise, and in `$'…'` where it holds
    /// what cannot be seen, so that a command that is printed to be copied is copied whole.
    ///
    /// Source: POSIX.1-2024, Shell Command Language, 2.2.2 and 2.2.4 (dollar-single-quotes; bash, zsh and ksh had them before).
    public static func shell(_ argument: String) -> String {
        let scalars = argument.unicodeScalars
        if scalars.contains(where: isHidden) { return "$'\(scalars.map(dollarQuoted).joined())'" }
        let isPlain = scalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ":", "=", ",", "+", "@", "%": true
            default: scalar.value > 0x7F && scalar.properties.isAlphabetic
            }
        }
        // "%…" at the beginning names a job, "=…" a program's path in zsh.
        let isWord = isPlain && !argument.isEmpty && scalars.first != "%" && scalars.first != "="
        return isWord ? argument : "'\(replaced(argument) { $0 == "'" ? "'\\''" : nil })'"
    }

    /// Bytes as three octal digits, since those end by themselves.
    private static func dollarQuoted(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "'": "\\'"
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        case _ where isHidden(scalar):
            String(scalar).utf8.map { byte in
                let digits = String(byte, radix: 8)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }.joined()
        default: String(scalar)
        }
    }
}
