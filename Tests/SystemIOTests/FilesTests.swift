import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import SystemIO

@Suite("Files, folders, maps and locks")
struct FilesTests {
  @Test("what is there and what it is")
  func questions() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      #expect(!Files.exists(path) && !Files.isDirectory(path) && !Files.isRegular(path))
      write([1, 2, 3], to: path)
      #expect(Files.exists(path) && !Files.isDirectory(path) && Files.isRegular(path))
      #expect(try Files.size(of: path) == 3)
      #expect(Files.exists(folder) && Files.isDirectory(folder) && !Files.isRegular(folder))
      #expect(failure { _ = try Files.size(of: path + "x") }?.code == .notFound)
      #expect(failure { _ = try Files.read(path + "x") }?.place == path + "x")
      #expect(failure { _ = try Files.read(folder) }?.code == .badInput)
      #expect(failure { _ = try Files.names(in: path) }?.code == .badInput)
      try Files.remove(path)
      #expect(!Files.exists(path))
      #expect(failure { try Files.remove(path) }?.code == .notFound)
    }
  }

  @Test("folders are private to their owner, and made once")
  func folders() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/new"
      try Files.makeDirectory(path)
      var status = stat()
      try #require(unsafe stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700)
      #expect(failure { try Files.makeDirectory(path) }?.code == .system)
      #expect(failure { try Files.makeDirectory(folder + "/a/b") }?.code == .notFound)
      write([], to: path + "/b")
      write([], to: path + "/a")
      #expect(try Files.names(in: path) == ["a", "b"])
    }
  }

  @Test("a tree is removed with all that is in it, but not what its links point to")
  func removingTrees() throws {
    try withTemporaryDirectory { folder in
      let tree = folder + "/tree"
      let kept = folder + "/kept"
      for path in [tree, tree + "/a", tree + "/a/b", kept] { try Files.makeDirectory(path) }
      for path in [tree + "/x", tree + "/a/b/.hidden", kept + "/precious"] { write([1], to: path) }
      try #require(unsafe symlink(kept, tree + "/a/link") == 0)
      try #require(unsafe symlink(folder + "/nowhere", tree + "/dangling") == 0)
      try Files.removeTree(tree)
      #expect(try Files.names(in: folder) == ["kept"])
      #expect(try Files.names(in: kept) == ["precious"])
      #expect(failure { try Files.removeTree(tree) }?.code == .notFound)
    }
  }

  @Test("chunks join up to the file, and temporary folders are new each time")
  func readingAndTemporaries() throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-tests")
    defer { try? Files.removeTree(folder) }
    let other = try Files.temporaryDirectory(prefix: "attune-tests")
    defer { try? Files.removeTree(other) }
    #expect(folder != other && Files.isDirectory(folder) && Files.isDirectory(other))
    var random = SplitMix64(seed: 51)
    let bytes = random.bytes((2 << 20) + 17)
    write(bytes, to: folder + "/file")
    #expect(try Files.read(folder + "/file") == bytes)
    var counts: [Int] = []
    try Files.forEachChunk(folder + "/file") { counts.append($0.count) }
    #expect(counts == [1 << 20, 1 << 20, 17])
  }

  @Test("a map has the file's bytes, and keeps them when the file is replaced")
  func maps() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      write(Array("old".utf8), to: path)
      let map = try MappedFile(path: path)
      try Files.writeAtomically(path, Array("newer".utf8))
      #expect(map.count == 3)
      #expect(unsafe Array(map.bytes) == Array("old".utf8))
      let next = try MappedFile(path: path)
      try Files.remove(path)
      #expect(next.count == 5)
      #expect(unsafe Array(next.bytes) == Array("newer".utf8))
      write([], to: path)
      let empty = try MappedFile(path: path)
      #expect(empty.count == 0)
      #expect(unsafe empty.bytes.isEmpty)
      #expect(failure { _ = try MappedFile(path: folder + "/none") }?.code == .notFound)
      #expect(failure { _ = try MappedFile(path: folder) } != nil)
    }
  }

  @Test("a locked folder refuses a second holder at once, until the first lets go")
  func locks() throws {
    try withTemporaryDirectory { folder in
      do {
        let lock = try DirectoryLock(path: folder)
        let refusal = failure { _ = try DirectoryLock(path: folder) }
        #expect(refusal?.code == .busy && refusal?.place == folder && refusal?.remedy != nil)
        withExtendedLifetime(lock) {}
      }
      _ = try DirectoryLock(path: folder)
      #expect(failure { _ = try DirectoryLock(path: folder + "/none") }?.code == .notFound)
      write([], to: folder + "/file")
      #expect(failure { _ = try DirectoryLock(path: folder + "/file") }?.code == .badInput)
    }
  }

  @Test("a lock dies with its process, however that ends")
  func locksOfTheDead() async throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-tests")
    defer { try? Files.removeTree(folder) }
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
      let lock = try DirectoryLock(path: folder)
      withExtendedLifetime(lock) { _ = kill(getpid(), SIGKILL) }
    }
    _ = try DirectoryLock(path: folder)
  }
}
