import CSystem
import Glibc
import Vocabulary

/// Reads a log, plain or gzip, from a file or standard input, ahead of its consumer.
///
/// A thread of its own reads and unpacks into a queue of at most four chunks, so that inflating overlaps parsing.
package final class ChunkReader {
  /// Bytes in the file; `nil` for standard input, pipes and files that are followed.
  package let totalBytes: Int64?
  private let feed: Feed
  private var isAtEnd = false

  /// Opens the file and starts reading.
  ///
  /// - Parameters:
  ///   - path: A file, or `-` for standard input.
  ///   - follow: At the end of a plain file wait for more, also after it was replaced or emptied as logs are when they
  ///     are rotated. A compressed file ends at its end.
  ///   - shouldStop: Asked several times a second by the reading thread; true has the effect of ``stop()``.
  /// - Throws: ``Failure`` where there is no such file or it may not be read.
  package init(
    path: String, follow: Bool = false, shouldStop: @escaping @Sendable () -> Bool = { false }
  ) throws {
    if path != "-", Files.isDirectory(path) {
      throw Failure(.badInput, "this is a folder", at: path, expected: "a file")
    }
    let file =
      path == "-"
      ? try Descriptor(duplicating: 0, path: "standard input") : try Descriptor(opening: path, O_RDONLY)
    let status = try file.status()
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    totalBytes = isRegular && path != "-" && !follow ? Int64(status.st_size) : nil
    let feed = Feed(shouldStop: shouldStop)
    self.feed = feed
    let followed = follow && path != "-" && isRegular
    Thread.start {
      ChunkProducer(file: file, follow: follow, isReplaceable: followed, isRegular: isRegular, feed: feed).run()
    }
  }

  /// Hands out bytes that are there already.
  package init(bytes: [UInt8]) {
    totalBytes = Int64(bytes.count)
    feed = Feed(shouldStop: { false })
    feed.put(.chunk(bytes))
    feed.put(.end)
  }

  deinit { feed.stop() }

  /// The next bytes, not cut at lines; `nil` at the end.
  ///
  /// With a followed file there comes an empty chunk each time that all it holds has been handed out, so that what was
  /// read can be acted on; the call after it waits.
  ///
  /// - Throws: ``Failure`` where reading fails or compressed data is damaged or ends too early.
  package func next() throws -> [UInt8]? {
    if isAtEnd { return nil }
    switch feed.take() {
    case .chunk(let chunk): return chunk
    case .end:
      isAtEnd = true
      return nil
    case .failure(let failure):
      isAtEnd = true
      throw failure
    }
  }

  /// Whether ``next()`` would wait for a followed file to grow: all that it holds has been handed out.
  package var isCaughtUp: Bool { !isAtEnd && feed.isCaughtUp }

  /// Whether the reading was stopped before the end.
  package var wasStopped: Bool { feed.isStopped }

  /// Waits until ``next()`` need not wait; false at the end.
  package func waitForMore() -> Bool { !isAtEnd && feed.waitForMore() }

  /// Bytes of the file taken so far, before unpacking.
  package var rawBytesRead: Int64 { feed.rawBytes }

  /// Ends the reading, within a fifth of a second; what was read before is still handed out.
  package func stop() { feed.stop() }
}
