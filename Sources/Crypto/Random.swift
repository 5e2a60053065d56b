import CCrypto

/// Random bytes fit for keys.
package enum Random {
  /// - Complexity: one call of libcrypto; ask for many bytes at once on hot paths.
  package static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    if count == 0 { return bytes }
    let done = unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, Int32(count)) }
    precondition(done == 1, "the system gives no random bytes")
    return bytes
  }
}
