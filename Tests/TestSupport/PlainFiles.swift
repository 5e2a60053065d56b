import Glibc

/// A file made or grown in the plain way, so that tests do not stand on what they test.
public func write(_ bytes: [UInt8], to path: String, appending: Bool = false) {
  let file = unsafe open(path, O_WRONLY | O_CREAT | (appending ? O_APPEND : O_TRUNC), 0o600)
  precondition(file >= 0)
  defer { close(file) }
  var start = 0
  while start < bytes.count {
    let written = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(file, $0.baseAddress.map { unsafe $0 + start }, bytes.count - start)
    }
    precondition(written > 0)
    start += written
  }
}
