internal import NumericalMethods

/// Numbers as people read them. Files and JSON never go through here.
public enum Format {
    /// A fixed number of decimals, rounded half away from zero.
    public static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "\(value)" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let digits = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// What rounding may leave of sums that are 0, as a fraction of the size of what was summed: some thousand roundings.
    public static let rounding = 1e-12

    /// A number that may be of any size: with decimals where these show it, otherwise with as many significant digits and a power of
    /// ten: `0.7312`, `3.000e-06`, `1.250e+12`. Only 0 is shown as 0.
    ///
    /// - Parameter noise: sizes up to this are what rounding leaves of 0.
    public static func number(_ value: Double, _ decimals: Int = 4, noise: Double = 0) -> String {
        guard value.isFinite else { return "\(value)" }
        guard abs(value) > noise else { return fixed(0, decimals) }
        let plain = fixed(value, decimals)
        let isShown = plain.contains { ("1"..."9").contains($0) }
        return isShown && abs(value) < largestPlain ? plain : scientific(value, max(2, decimals))
    }

    /// From here on numbers are easier to read with a power of ten.
    private static let largestPlain = 1e9

    /// One digit before the point, `decimals` after it.
    private static func scientific(_ value: Double, _ decimals: Int) -> String {
        guard value != 0 else { return fixed(0, decimals) }
        var exponent = Int(Libm.log10(abs(value)).rounded(.down))
        // In two steps, since one power of ten alone may be too large or too small.
        let half = exponent / 2
        var mantissa = value / Libm.pow(10, Double(half)) / Libm.pow(10, Double(exponent - half))
        if fixed(abs(mantissa), decimals).hasPrefix("10") { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        if abs(mantissa) < 1, fixed(abs(mantissa), decimals).hasPrefix("0") {
            (mantissa, exponent) = (mantissa * 10, exponent - 1)
        }
        let digits = "\(abs(exponent))"
        return fixed(mantissa, decimals) + (exponent < 0 ? "e-" : "e+") + (digits.count < 2 ? "0" : "") + digits
    }

    /// An estimate with its standard error: `0.7312 ± 0.0014`; `?` where the error is not known.
    ///
    /// As many decimals as the error needs: only an error of 0 is shown as 0.
    public static func estimate(_ value: Double, error: Double?, _ decimals: Int = 4) -> String {
        guard let error else { return "\(number(value, decimals)) ± ?" }
        var decimals = decimals
        let most = decimals + 6
        while error > 0, decimals < most, !fixed(error, decimals).contains(where: { ("1"..."9").contains($0) }) {
            decimals += 1
        }
        if decimals == most { decimals -= 6 }
        return "\(number(value, decimals)) ± \(number(error, decimals))"
    }

    /// A fitted number in whatever units: four decimals, or five significant digits where its error would show none of them or
    /// more than anybody reads.
    ///
    /// - Parameter error: its standard error, or the number itself where it is one; nil where there is none.
    public static func estimate(_ value: Double, beside error: Double?) -> String {
        guard value.isFinite, let error, error.isFinite, error > 0, error < 5e-5 || error >= 1e7 else {
            return fixed(value, 4)
        }
        return significant(value, 5)
    }

    /// So many significant digits, with an exponent: `1.2346e-09`.
    public static func significant(_ value: Double, _ digits: Int) -> String {
        value.isFinite && value != 0 ? scientific(value, digits - 1) : "\(value)"
    }

    /// An interval as its ends, `0.4200–0.4600`; one number where they are shown alike.
    ///
    /// - Parameter noise: sizes up to this are what rounding leaves of 0.
    public static func interval(_ lower: Double, _ upper: Double, _ decimals: Int = 4, noise: Double = 0) -> String {
        let ends = [number(lower, decimals, noise: noise), number(upper, decimals, noise: noise)]
        return ends[0] == ends[1] ? ends[0] : "\(ends[0])–\(ends[1])"
    }

    /// A number without the zeros at its end: `0.6`, `3`, `1.250e-06`.
    public static func brief(_ value: Double, _ decimals: Int = 4) -> String {
        let text = number(value, decimals)
        guard text.contains("."), !text.contains("e") else { return text }
        var short = text[...]
        while short.hasSuffix("0") { short = short.dropLast() }
        return String(short.hasSuffix(".") ? short.dropLast() : short)
    }

    /// A number of things: `1 answer`, `1,234 answers`.
    ///
    /// - Parameter noun: in the singular; its plural ends in s.
    public static func counted(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// Thousands separated by commas.
    public static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + text
    }
}
