/// Elements at a fixed place in memory, for tables that are written in the innermost loops of a search.
///
/// A range of addresses is taken for the most elements there can be; memory is taken from the system only as it is written.
/// Whoever holds it keeps count of what has been written.
@safe final class FixedArray<Element: BitwiseCopyable> {
    private let base: UnsafeMutablePointer<Element>

    init(capacity: Int) { unsafe base = .allocate(capacity: max(1, capacity)) }

    deinit { unsafe base.deallocate() }

    @inline(__always)
    subscript(index: Int) -> Element {
        get { unsafe base[index] }
        set { unsafe base[index] = newValue }
        _modify { yield unsafe &base[index] }
    }
}
