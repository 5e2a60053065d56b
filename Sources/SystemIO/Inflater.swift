import CZlib
import Vocabulary

/// Unpacks gzip data given in pieces, with concatenated members (RFC 1952).
@safe final class Inflater {
  private var stream = unsafe z_stream()
  private let path: String
  /// Whether the input may end here: between members.
  private(set) var isComplete = false
  private static let chunk = 1 << 20

  init(path: String) {
    self.path = path
    let started = unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(started == Z_OK, "zlib does not start")
  }

  deinit { unsafe inflateEnd(&stream) }

  /// Unpacks `input`, handing out chunks of up to a mebibyte.
  ///
  /// - Throws: ``Failure`` where the data is damaged; what stands before the damage has been handed out.
  func inflate(_ input: [UInt8], _ body: ([UInt8]) -> Void) throws {
    var used = 0
    while used < input.count {
      if isComplete {
        // Padding with zeros is common; anything else must be another member.
        while used < input.count, input[used] == 0 { used += 1 }
        if used == input.count { return }
        unsafe inflateReset(&stream)
        isComplete = false
      }
      var status = Z_OK
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Inflater.chunk) { output, filled in
        unsafe input.withUnsafeBufferPointer { input in
          unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { unsafe $0 + used })
          unsafe stream.avail_in = UInt32(input.count - used)
          unsafe stream.next_out = output.baseAddress
          unsafe stream.avail_out = UInt32(Inflater.chunk)
          status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
          unsafe used = input.count - Int(stream.avail_in)
          unsafe filled = Inflater.chunk - Int(stream.avail_out)
        }
      }
      try handOut(chunk, status, body)
    }
    try drain(body)
  }

  /// Hands out what a full output buffer left inside zlib.

  private func drain(_ body: ([UInt8]) -> Void) throws {
    while unsafe !isComplete && stream.avail_out == 0 {
      var status = Z_OK
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Inflater.chunk) { output, filled in
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(Inflater.chunk)
        unsafe stream.avail_in = 0
        status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
        unsafe filled = Inflater.chunk - Int(stream.avail_out)
      }
      try handOut(chunk, status, body)
    }
  }

  private func handOut(_ chunk: [UInt8], _ status: Int32, _ body: ([UInt8]) -> Void) throws {
    if !chunk.isEmpty { body(chunk) }
    isComplete = status == Z_STREAM_END
    // A buffer error says only that there was nothing to do.
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      throw Failure(
        .badInput, "the compressed data is damaged", at: path, expected: "gzip",
        remedy: "Fetch or make the file again")
    }
  }
}
