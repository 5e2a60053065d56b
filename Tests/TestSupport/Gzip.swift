import CZlib

/// One gzip member, made by zlib itself.
public func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
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
