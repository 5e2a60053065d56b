/// A key of 256 bits.
package struct SymmetricKey: Sendable {
  package static let length = 32
  package let bytes: [UInt8]

  /// - Precondition: 32 bytes.
  package init(bytes: [UInt8]) {
    precondition(bytes.count == SymmetricKey.length, "a key has 32 bytes")
    self.bytes = bytes
  }

  package static func random() -> SymmetricKey { SymmetricKey(bytes: Random.bytes(length)) }
}
