import CCrypto

/// SHA-256 over bytes given in pieces (FIPS 180-4).
@safe package final class SHA256 {
  private let context: OpaquePointer

  package init() {
    guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto gives no SHA-256")
    }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256 failed")
  }

  package func update(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }

  package func update(_ text: String) {
    var text = text
    text.withUTF8 { unsafe update(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of everything so far; starts anew.
  package func finalize() -> Digest {
    let digest = unsafe Digest { precondition(unsafe EVP_DigestFinal_ex(context, $0, nil) == 1, "SHA-256 failed") }
    // A nil algorithm keeps the one there is, which spares a look-up.
    precondition(unsafe EVP_DigestInit_ex(context, nil, nil) == 1, "SHA-256 failed")
    return digest
  }

  package static func hash(_ bytes: [UInt8]) -> Digest {
    let hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }
}
