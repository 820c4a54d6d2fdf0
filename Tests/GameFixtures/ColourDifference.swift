import Foundation

/// How different two colours look, to people with and without colour vision deficiencies: an oracle for pictures.
public enum ColourDifference {
    /// Kinds of colour vision.
    public enum Vision: String, CaseIterable, Sendable {
        case normal, protanopia, deuteranopia, tritanopia

        /// Linear RGB as it is seen.
        ///
        /// Source: Machado, Oliveira & Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1.
        var matrix: [[Double]] {
            switch self {
            case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
            case .protanopia:
                [
                    [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                    [-0.003882, -0.048116, 1.051998],
                ]
            case .deuteranopia:
                [
                    [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                    [-0.011820, 0.042940, 0.968881],
                ]
            case .tritanopia:
                [
                    [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                    [0.004733, 0.691367, 0.303900],
                ]
            }
        }
    }

    /// Red, green and blue of `#RRGGBB`, linear; nil for anything else.
    public static func linear(_ hexadecimal: String) -> [Double]? {
        guard hexadecimal.count == 7, hexadecimal.hasPrefix("#"), let bits = Int(hexadecimal.dropFirst(), radix: 16)
        else { return nil }
        return [16, 8, 0].map { shift in
            let share = Double(bits >> shift & 255) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
    }

    private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
        matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// CIE L*, a*, b* of a linear colour under D65.
    public static func lab(_ linear: [Double], _ vision: Vision) -> [Double] {
        let seen = product(vision.matrix, linear).map { min(1, max(0, $0)) }
        let xyz = product(
            [
                [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041],
            ], seen)
        let f = zip(xyz, [0.95047, 1, 1.08883]).map { value, white -> Double in
            let t = value / white
            return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116
        }
        return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
    }

    /// ΔE₀₀ of two colours given as `#RRGGBB`; nil where one is none.
    public static func between(_ a: String, _ b: String, _ vision: Vision) -> Double? {
        guard let first = linear(a), let second = linear(b) else { return nil }
        return deltaE(lab(first, vision), lab(second, vision))
    }

    /// The contrast of two colours, from 1 to 21.
    ///
    /// Source: WCAG 2.2, contrast ratio.
    public static func contrast(_ a: String, _ b: String) -> Double? {
        guard let first = linear(a), let second = linear(b) else { return nil }
        let light = [first, second].map { 0.2126 * $0[0] + 0.7152 * $0[1] + 0.0722 * $0[2] + 0.05 }
        return max(light[0], light[1]) / min(light[0], light[1])
    }

    /// CIEDE2000 of two colours in L*, a*, b*.
    ///
    /// Source: Sharma, Wu & Dalal 2005 (doi:10.1002/col.20070), equations 2 to 22.
    public static func deltaE(_ p: [Double], _ q: [Double]) -> Double {
        func degrees(_ x: Double) -> Double { x * 180 / .pi }
        func radians(_ x: Double) -> Double { x * .pi / 180 }
        let seven: Double = pow(25, 7)
        let chroma = (hypot(p[1], p[2]) + hypot(q[1], q[2])) / 2
        let g = 0.5 * (1 - (pow(chroma, 7) / (pow(chroma, 7) + seven)).squareRoot())
        let (a1, a2) = (p[1] * (1 + g), q[1] * (1 + g))
        let (c1, c2) = (hypot(a1, p[2]), hypot(a2, q[2]))
        func hue(_ a: Double, _ b: Double) -> Double {
            guard a != 0 || b != 0 else { return 0 }
            let angle = degrees(atan2(b, a))
            return angle < 0 ? angle + 360 : angle
        }
        let (h1, h2) = (hue(a1, p[2]), hue(a2, q[2]))
        var dh = c1 * c2 == 0 ? 0 : h2 - h1
        if dh > 180 { dh -= 360 }
        if dh < -180 { dh += 360 }
        let dH = 2 * (c1 * c2).squareRoot() * sin(radians(dh / 2))
        let (l, c) = ((p[0] + q[0]) / 2, (c1 + c2) / 2)
        var h = h1 + h2
        if c1 * c2 != 0 {
            h = abs(h1 - h2) <= 180 ? h / 2 : h < 360 ? (h + 360) / 2 : (h - 360) / 2
        }
        let t =
            1 - 0.17 * cos(radians(h - 30)) + 0.24 * cos(radians(2 * h)) + 0.32 * cos(radians(3 * h + 6))
            - 0.2 * cos(radians(4 * h - 63))
        let turn = 30 * exp(-pow((h - 275) / 25, 2))
        let sl = 1 + 0.015 * pow(l - 50, 2) / (20 + pow(l - 50, 2)).squareRoot()
        let (sc, sh) = (1 + 0.045 * c, 1 + 0.015 * c * t)
        let rt = -2 * (pow(c, 7) / (pow(c, 7) + seven)).squareRoot() * sin(radians(2 * turn))
        let (x, y, z) = ((q[0] - p[0]) / sl, (c2 - c1) / sc, dH / sh)
        return (x * x + y * y + z * z + rt * y * z).squareRoot()
    }
}
