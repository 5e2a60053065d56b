import CCrypto

/// Why something sealed does not open.
package enum CryptoFailure: Error {
  /// The bytes, the key or the context are not those it was sealed with.
  case authentication
  /// libcrypto refused.
  case library
}

/// Seals and opens bytes with AES-256-GCM (NIST SP 800-38D); one thread at a time.
///
/// Layout: nonce (12 bytes, random), ciphertext, tag (16 bytes). The context is authenticated and not stored.
@safe package final class Sealer {
  /// How much longer the sealed form is.
  package static let overhead = 28

  private let sealing, opening: OpaquePointer
  private var nonces: [UInt8] = []
  private var usedNonces = 0

  package init() {
    // Fetched once: naming the cipher at each message costs as much as the message.
    guard let cipher = unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil),
      let sealing = unsafe EVP_CIPHER_CTX_new(), let opening = unsafe EVP_CIPHER_CTX_new(),
      unsafe EVP_EncryptInit_ex2(sealing, cipher, nil, nil, nil) == 1,
      unsafe EVP_DecryptInit_ex2(opening, cipher, nil, nil, nil) == 1
    else { preconditionFailure("libcrypto gives no AES-256-GCM") }
    // The contexts hold on to it.
    unsafe EVP_CIPHER_free(cipher)
    unsafe self.sealing = sealing
    unsafe self.opening = opening
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(sealing)
    unsafe EVP_CIPHER_CTX_free(opening)
  }

  /// Seals bytes under a fresh random nonce.
  package func seal(_ plaintext: [UInt8], key: SymmetricKey, context: [UInt8]) throws -> [UInt8] {
    let count = plaintext.count
    var sealed = [UInt8](repeating: 0, count: count + Sealer.overhead)
    if usedNonces == nonces.count {
      nonces = Random.bytes(12 * 256)
      usedNonces = 0
    }
    for index in 0..<12 { sealed[index] = nonces[usedNonces + index] }
    usedNonces += 12
    var length: Int32 = 0
    let done = unsafe sealed.withUnsafeMutableBufferPointer { sealed -> Bool in
      guard let start = sealed.baseAddress else { return false }
      return unsafe EVP_EncryptInit_ex2(sealing, nil, key.bytes, start, nil) == 1
        && (context.isEmpty || EVP_EncryptUpdate(sealing, nil, &length, context, Int32(context.count)) == 1)
        && (count == 0 || EVP_EncryptUpdate(sealing, start + 12, &length, plaintext, Int32(count)) == 1)
        && EVP_EncryptFinal_ex(sealing, start + 12 + count, &length) == 1
        && EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_AEAD_GET_TAG, 16, start + 12 + count) == 1
    }
    guard done else { throw CryptoFailure.library }
    return sealed
  }

  /// Opens what ``seal(_:key:context:)`` made.
  ///
  /// - Throws: ``CryptoFailure/authentication`` where anything was changed, or the key or context is another.
  package func open(_ sealed: [UInt8], key: SymmetricKey, context: [UInt8]) throws -> [UInt8] {
    try unsafe sealed.withUnsafeBytes { try unsafe open($0, key: key.bytes, context: context) }
  }

  /// Opens bytes in place, such as a column of a database row.
  package func open(_ sealed: UnsafeRawBufferPointer, key: [UInt8], context: [UInt8]) throws -> [UInt8] {
    guard sealed.count >= Sealer.overhead, key.count == SymmetricKey.length,
      let start = unsafe sealed.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else { throw CryptoFailure.authentication }
    let count = sealed.count - Sealer.overhead
    var plaintext = [UInt8](repeating: 0, count: count)
    var length: Int32 = 0
    let done = unsafe plaintext.withUnsafeMutableBufferPointer { plaintext -> Bool in
      unsafe EVP_DecryptInit_ex2(opening, nil, key, start, nil) == 1
        && (context.isEmpty || EVP_DecryptUpdate(opening, nil, &length, context, Int32(context.count)) == 1)
        && (count == 0 || EVP_DecryptUpdate(opening, plaintext.baseAddress, &length, start + 12, Int32(count)) == 1)
        && EVP_CIPHER_CTX_ctrl(
          opening, EVP_CTRL_AEAD_SET_TAG, 16, UnsafeMutableRawPointer(mutating: start + 12 + count)) == 1
        && EVP_DecryptFinal_ex(opening, nil, &length) == 1
    }
    guard done else { throw CryptoFailure.authentication }
    return plaintext
  }
}
