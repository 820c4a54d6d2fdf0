import Conformance
import Foundation
import FuzzArguments
import FuzzTargets

// What libFuzzer calls. Compiled by scripts/fuzz, which also links libFuzzer; no part of the package's build.

/// The target that NACRE_FUZZ_TARGET names, ready to read.
nonisolated(unsafe) private var subject: FuzzSubject?

/// libFuzzer's own mutations of bytes.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int) -> Int

private func end(_ code: Int32, _ text: String) -> Never {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    exit(code)
}

private let targets = FuzzTargets.all + [ArgumentTarget.target]

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer) -> CInt {
    let environment = ProcessInfo.processInfo.environment
    let name = environment["NACRE_FUZZ_TARGET"] ?? ""
    if name == "list" {
        print(targets.map(\.name).joined(separator: "\n"))
        exit(0)
    }
    guard let target = targets.first(where: { $0.name == name }) else {
        end(64, "NACRE_FUZZ_TARGET must name a target; '\(name)' is none")
    }
    do {
        let made = try target.make()
        if let folder = environment["NACRE_FUZZ_SEEDS"] {
            try SeedFiles(made).write(to: folder)
            exit(0)
        }
        subject = made
    } catch { end(70, "\(name) cannot be made ready: \(error)") }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func read(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    if case .finding(let problem)? = subject?.outcome(of: bytes) {
        // An abort is what makes libFuzzer keep the input.
        FileHandle.standardError.write(Data("finding: \(problem)\n".utf8))
        abort()
    }
    return 0
}

/// Three quarters of the mutants are made by what knows texts, the others by libFuzzer.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, _ seed: CUnsignedInt) -> Int {
    var generator = SplitMix64(seed: UInt64(seed))
    guard let subject, generator.next() % 4 > 0 else { return mutateBytes(data, size, most) }
    let bytes = subject.mutant(of: Array(UnsafeBufferPointer(start: data, count: size)), &generator)
    let count = min(bytes.count, most)
    for index in 0..<count { data[index] = bytes[index] }
    return count
}
