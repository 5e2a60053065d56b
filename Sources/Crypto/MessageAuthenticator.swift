import CCrypto

/// HMAC-SHA256 under one key (RFC 2104), with the keyed state kept between messages.
@safe package final class MessageAuthenticator {
  private let mac: OpaquePointer
  private let context: OpaquePointer

  package init(key: SymmetricKey) {
    guard let mac = unsafe EVP_MAC_fetch(nil, "HMAC", nil), let context = unsafe EVP_MAC_CTX_new(mac) else {
      preconditionFailure("libcrypto gives no HMAC")
    }
    unsafe self.mac = mac
    unsafe self.context = context
    var name = Array("SHA256".utf8CString)
    let done = unsafe name.withUnsafeMutableBufferPointer { name in
      var parameters = unsafe [
        OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0), OSSL_PARAM_construct_end(),
      ]
      return unsafe EVP_MAC_init(context, key.bytes, key.bytes.count, &parameters)
    }
    precondition(done == 1, "HMAC failed")
  }

  deinit {
    unsafe EVP_MAC_CTX_free(context)
    unsafe EVP_MAC_free(mac)
  }

  package func authenticate(_ message: [UInt8]) -> Digest {
    unsafe message.withUnsafeBytes { unsafe authenticate($0) }
  }

  package func authenticate(_ message: UnsafeRawBufferPointer) -> Digest {
    var length = 0
    let start = unsafe message.baseAddress?.assumingMemoryBound(to: UInt8.self)
    // A nil key starts the next message under the same one.
    precondition(unsafe EVP_MAC_init(context, nil, 0, nil) == 1, "HMAC failed")
    precondition(unsafe EVP_MAC_update(context, start, message.count) == 1, "HMAC failed")
    return unsafe Digest { precondition(unsafe EVP_MAC_final(context, $0, &length, Digest.length) == 1, "HMAC failed") }
  }
}
