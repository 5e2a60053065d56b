import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import SystemIO

@Suite("Reading logs in chunks")
struct ChunkReaderTests {
  private static func all(_ reader: ChunkReader) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let chunk = try reader.next() {
      #expect(!chunk.isEmpty && chunk.count <= 1 << 20)
      bytes += chunk
    }
    // The end stays the end.
    #expect(try reader.next() == nil)
    return bytes
  }

  @Test("files of any length come out whole, plain and packed", arguments: [0, 1, 2, 3, 70_000, 1 << 20, 5_300_007])
  func files(count: Int) throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: UInt64(count))
      let plain = random.compressibleBytes(count)
      for bytes in [plain, gzip(plain, level: 1), gzip(plain, level: 0) + gzip(plain)] {
        write(bytes, to: folder + "/log")
        let reader = try ChunkReader(path: folder + "/log")
        #expect(reader.totalBytes == Int64(bytes.count))
        let result = try ChunkReaderTests.all(reader)
        #expect(result == plain || (result == plain + plain && bytes.count > plain.count))
        #expect(reader.rawBytesRead == Int64(bytes.count))
      }
    }
  }

  @Test("a file that is short of gzip's two first bytes, or has only the first of them, is plain")
  func almostPacked() throws {
    try withTemporaryDirectory { folder in
      for bytes: [UInt8] in [[0x1F], [0x1F, 0x1F], [0x8B, 0x1F], [0x1F, 10, 0x8B]] {
        write(bytes, to: folder + "/log")
        let result = try ChunkReaderTests.all(ChunkReader(path: folder + "/log"))
        #expect(result == bytes)
      }
    }
  }

  @Test("a packed file cut short, damaged or followed by garbage gives a failure that names it, after what is whole")
  func brokenFiles() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/log.gz"
      let packed = gzip(Array("one\ntwo\n".utf8))
      for (bytes, what) in [
        (Array(packed.dropLast()), "ends too early"), (Array(packed.prefix(2)), "ends too early"),
        (packed + packed.prefix(12), "ends too early"), (packed + [1, 2, 3], "damaged"),
        ([0x1F, 0x8B, 0xFF, 0xFF], "damaged"),
      ] {
        write(bytes, to: path)
        let reader = try ChunkReader(path: path)
        let failure = failure { while let chunk = try reader.next() { #expect(!chunk.isEmpty) } }
        #expect(failure?.code == .badInput && failure?.place == path && failure?.remedy != nil)
        #expect(failure?.what.contains(what) == true, "\(failure.map { "\($0)" } ?? "none"), not: \(what)")
        #expect(try reader.next() == nil)
      }
    }
  }

  @Test("a pipe that gives a byte at a time, plain and packed")
  func pipes() throws {
    try withTemporaryDirectory { folder in
      let plain = Array("subject,item\nann,hat\n".utf8)
      for bytes in [plain, gzip(plain), []] {
        let path = folder + "/pipe-\(bytes.count)"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        Thread.start {
          let pipe = unsafe open(path, O_WRONLY)
          for byte in bytes {
            var byte = byte
            unsafe Glibc.write(pipe, &byte, 1)
            usleep(300)
          }
          close(pipe)
        }
        let reader = try ChunkReader(path: path)
        #expect(reader.totalBytes == nil)
        #expect(try ChunkReaderTests.all(reader) == plain || bytes.isEmpty)
      }
    }
  }

  @Test("what cannot be read says so at once")
  func refusals() throws {
    try withTemporaryDirectory { folder in
      let missing = failure { _ = try ChunkReader(path: folder + "/none") }
      let refusal = failure { _ = try ChunkReader(path: folder) }
      #expect(missing?.code == .notFound && missing?.place == folder + "/none")
      #expect(refusal?.code == .badInput && refusal?.place == folder)
    }
  }

  @Test("a reader let go of before its end lets go of its file")
  func abandoned() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/log"
      write([UInt8](repeating: 10, count: 20 << 20), to: path)
      do {
        let reader = try ChunkReader(path: path)
        #expect(try reader.next()?.isEmpty == false)
      }
      func isOpen() throws -> Bool {
        try Files.names(in: "/proc/self/fd").contains { number in
          var target = [CChar](repeating: 0, count: 4096)
          let count = unsafe readlink("/proc/self/fd/\(number)", &target, target.count)
          return count > 0 && String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) == path
        }
      }
      for _ in 0..<500 where try isOpen() { usleep(10_000) }
      #expect(try !isOpen())
    }
  }
}
