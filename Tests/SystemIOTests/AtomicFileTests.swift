import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import SystemIO

@Suite("Files replaced at once")
struct AtomicFileTests {
  @Test("before the commit the old file stands, after it the new; an abandoned one leaves nothing")
  func replacing() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      let file = try AtomicFile(path: path)
      try file.append([1, 2])
      #expect(!Files.exists(path))
      try file.append([UInt8](repeating: 3, count: 3 << 20))
      try file.append([4])
      try file.commit()
      #expect(try Files.read(path) == [1, 2] + [UInt8](repeating: 3, count: 3 << 20) + [4])
      do {
        let abandoned = try AtomicFile(path: path)
        try abandoned.append([UInt8](repeating: 9, count: 2 << 20))
        #expect(try Files.names(in: folder).count == 2)
      }
      #expect(try Files.names(in: folder) == ["file"])
      #expect(try Files.size(of: path) == (3 << 20) + 3)
      try Files.writeAtomically(path, [])
      #expect(try Files.read(path) == [])
    }
  }

  @Test("two writers of one file do not mix; the last to commit wins")
  func twoWriters() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      let one = try AtomicFile(path: path)
      let two = try AtomicFile(path: path)
      try one.append([1, 1, 1])
      try two.append([2])
      try two.commit()
      #expect(try Files.read(path) == [2])
      try one.commit()
      #expect(try Files.read(path) == [1, 1, 1])
      #expect(try Files.names(in: folder) == ["file"])
    }
  }

  /// Old and new content, and how the new is written; several writes, so that there is much to fail.
  private static let old = [UInt8](repeating: 7, count: 100)
  private static let new = [UInt8](repeating: 8, count: 3_500_000)

  private static func write(_ path: String) throws {
    let file = try AtomicFile(path: path)
    for start in stride(from: 0, to: new.count, by: 500_000) { try file.append(Array(new[start..<start + 500_000])) }
    try file.commit()
  }

  @Test(
    "whichever call fails, the old file is whole or the new one is, and nothing else is left",
    arguments: [ENOSPC, EIO, EDQUOT, EACCES])
  func faults(number: Int32) throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      var struck = 0
      while true {
        try Files.writeAtomically(path, AtomicFileTests.old)
        FaultInjection.fail(after: struck, errno: number, under: folder)
        let thrown = failure { try AtomicFileTests.write(path) }
        guard FaultInjection.disarm(under: folder) else {
          #expect(thrown == nil)
          break
        }
        #expect(thrown?.code == .system && thrown?.place?.hasPrefix(folder) == true, "call \(struck)")
        let content = try Files.read(path)
        #expect(content == AtomicFileTests.old || content == AtomicFileTests.new, "call \(struck)")
        #expect(try Files.names(in: folder) == ["file"], "call \(struck)")
        struck += 1
      }
      #expect(try Files.read(path) == AtomicFileTests.new)
      // Making it, three writes, making it durable, renaming, making the folder durable.
      #expect(struck == 7)
    }
  }

  @Test("a call interrupted by a signal is made again")
  func interruptions() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      for call in 0..<7 {
        try Files.writeAtomically(path, AtomicFileTests.old)
        FaultInjection.fail(after: call, errno: EINTR, under: folder)
        let thrown = failure { try AtomicFileTests.write(path) }
        #expect(FaultInjection.disarm(under: folder) && thrown == nil, "call \(call)")
        #expect(try Files.read(path) == AtomicFileTests.new, "call \(call)")
      }
    }
  }

  @Test("after a failed write nothing can be committed any more")
  func noCommitAfterFailure() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      let file = try AtomicFile(path: path)
      FaultInjection.fail(after: 0, errno: ENOSPC, under: folder)
      let thrown = failure { try file.append([UInt8](repeating: 1, count: 2 << 20)) }
      FaultInjection.disarm(under: folder)
      #expect(thrown?.description.contains("No space left") == true && thrown?.remedy != nil)
      #expect(failure { try file.commit() }?.code == .system)
      #expect(try Files.names(in: folder).isEmpty)
    }
  }

  @Test("faults strike once, only under their folder, and leave those of other folders alone")
  func injection() throws {
    try withTemporaryDirectory { folder in
      for name in ["in", "other"] { try Files.makeDirectory(folder + "/" + name) }
      FaultInjection.fail(after: 1, errno: EIO, under: folder + "/in")
      defer { FaultInjection.disarm(under: folder + "/in") }
      FaultInjection.fail(after: 0, errno: EIO, under: folder + "/other")
      try Files.makeDirectory(folder + "/out")
      try Files.makeDirectory(folder + "/in/a")
      #expect(failure { try Files.makeDirectory(folder + "/in/b") }?.code == .system)
      try Files.makeDirectory(folder + "/in/b")
      #expect(FaultInjection.disarm(under: folder + "/in"))
      #expect(failure { try Files.makeDirectory(folder + "/other/a") }?.code == .system)
      #expect(FaultInjection.disarm(under: folder + "/other"))
      FaultInjection.fail(after: 0, errno: EIO, under: folder + "/in")
      #expect(!FaultInjection.disarm(under: folder + "/in"))
      try Files.makeDirectory(folder + "/in/c")
    }
  }
}
