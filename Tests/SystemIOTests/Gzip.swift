import CZlib
import Glibc
import SystemIO
import Vocabulary

/// One gzip member.
func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
  var stream = unsafe z_stream()
  let started = unsafe deflateInit2_(
    &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  precondition(started == Z_OK)
  defer { unsafe deflateEnd(&stream) }
  var input = bytes
  let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count))) + 32
  return unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, filled in
    unsafe input.withUnsafeMutableBufferPointer { input in
      unsafe stream.next_in = input.baseAddress
      unsafe stream.avail_in = UInt32(input.count)
      unsafe stream.next_out = output.baseAddress
      unsafe stream.avail_out = UInt32(bound)
      precondition(unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END)
      unsafe filled = bound - Int(stream.avail_out)
    }
  }
}

/// A file made or grown in the plain way, so that the tests do not stand on what they test.
func write(_ bytes: [UInt8], to path: String, appending: Bool = false) {
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

/// The failure that `body` throws; `nil` where it throws none or another error.
func failure(_ body: () throws -> Void) -> Failure? {
  do {
    try body()
    return nil
  } catch {
    return error as? Failure
  }
}
