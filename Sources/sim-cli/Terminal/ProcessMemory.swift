internal import Foundation
internal import Nacre

/// What the process holds of the system's memory.
///
/// glibc's own calls, where there is a glibc; elsewhere the system's allocator gives large blocks back by itself.
enum ProcessMemory {
    /// Has large blocks taken from the system one by one, so that they go back as soon as they are let go.
    ///
    /// By default glibc keeps ever larger blocks for later as a program goes on, so that a search that lets a table go does not
    /// hold less, and a limit on its memory cannot be kept.
    static func settle() {
        typealias SetOption = @convention(c) (CInt, CInt) -> CInt
        guard let function = dlsym(nil, "mallopt") else { return }
        let set = unsafeBitCast(function, to: SetOption.self)
        // M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of mallopt(3).
        _ = set(-3, 4 << 20)
        _ = set(-1, 16 << 20)
    }

    /// Gives back what is no longer used: worth doing after a search, before what it found is written.
    static func giveBack() {
        typealias Trim = @convention(c) (Int) -> CInt
        guard let function = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(function, to: Trim.self)(0)
    }
}
