import Glibc
import Synchronization
import TestSupport
import Testing

@testable import SystemIO

@Suite("Following a growing log")
struct FollowTests {
  /// Reads until `text` has come, which fails the test where anything else comes.
  private static func expect(_ text: String, from reader: ChunkReader) throws {
    var bytes: [UInt8] = []
    while bytes.count < text.utf8.count, let chunk = try reader.next() { bytes += chunk }
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }

  private static func waitUntilCaughtUp(_ reader: ChunkReader) {
    for _ in 0..<1000 where !reader.isCaughtUp { usleep(10_000) }
    #expect(reader.isCaughtUp)
  }

  @Test("what is added comes out; in between the reader is caught up; stopped, it ends")
  func growth() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/log"
      write(Array("a\n".utf8), to: path)
      let reader = try ChunkReader(path: path, follow: true)
      #expect(reader.totalBytes == nil)
      try FollowTests.expect("a\n", from: reader)
      FollowTests.waitUntilCaughtUp(reader)
      write(Array("b\nhalf".utf8), to: path, appending: true)
      #expect(reader.waitForMore())
      #expect(!reader.isCaughtUp)
      try FollowTests.expect("b\nhalf", from: reader)
      write(Array(" line\n".utf8), to: path, appending: true)
      try FollowTests.expect(" line\n", from: reader)
      reader.stop()
      #expect(!reader.waitForMore())
      #expect(try reader.next() == nil)
      #expect(!reader.isCaughtUp)
    }
  }

  @Test("catching up comes as one empty chunk, which ends a wait that began before", .timeLimit(.minutes(10)))
  func catchingUp() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/log"
      write([], to: path)
      let reader = try ChunkReader(path: path, follow: true)
      for text in ["a\n", "b\n"] {
        #expect(try reader.next() == [])
        FollowTests.waitUntilCaughtUp(reader)
        Thread.start {
          usleep(50_000)
          write(Array(text.utf8), to: path, appending: true)
        }
        // Waits, and does not say again what it said.
        #expect(try reader.next() == Array(text.utf8))
      }
    }
  }

  @Test("an empty file is waited for, and asking from outside stops the wait")
  func stoppedFromOutside() throws {
    try withTemporaryDirectory { folder in
      final class Flag: Sendable { let isSet = Atomic<Bool>(false) }
      let flag = Flag()
      let path = folder + "/log"
      write([], to: path)
      let reader = try ChunkReader(path: path, follow: true) { flag.isSet.load(ordering: .relaxed) }
      FollowTests.waitUntilCaughtUp(reader)
      Thread.start {
        usleep(50_000)
        flag.isSet.store(true, ordering: .relaxed)
      }
      #expect(!reader.waitForMore())
      #expect(try reader.next() == nil)
    }
  }

  @Test("a pipe whose writer is silent stops when asked")
  func silentPipe() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/pipe"
      try #require(unsafe mkfifo(path, 0o600) == 0)
      let writer = unsafe open(path, O_RDWR)
      defer { close(writer) }
      let reader = try ChunkReader(path: path)
      Thread.start {
        usleep(50_000)
        reader.stop()
      }
      #expect(try reader.next() == nil)
    }
  }

  @Test("a log moved away and begun anew is followed into the new file; an unfinished line is ended")
  func rotation() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/log"
      write(Array("old\nunfinished".utf8), to: path)
      let reader = try ChunkReader(path: path, follow: true)
      try FollowTests.expect("old\nunfinished", from: reader)
      try #require(unsafe rename(path, path + ".1") == 0)
      write(Array(" late".utf8), to: path + ".1", appending: true)
      write(Array("new\n".utf8), to: path)
      try FollowTests.expect(" late\nnew\n", from: reader)
      // Emptied in place, as by copytruncate.
      FollowTests.waitUntilCaughtUp(reader)
      write(Array("x\n".utf8), to: path)
      try FollowTests.expect("x\n", from: reader)
    }
  }
}
