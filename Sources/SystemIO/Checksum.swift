import CZlib

/// Tells bytes that were written whole from others.
package enum Checksum {
  /// CRC-32 as in zlib.
  ///
  /// - Complexity: linear, some 0.3 ns a byte.
  package static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBytes { bytes in
      UInt32(
        truncatingIfNeeded: unsafe crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
  }
}
