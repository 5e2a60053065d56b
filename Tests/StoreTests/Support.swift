import Crypto
import SystemIO
import Vocabulary

@testable import Store

/// A folder of a test's own, removed with everything in it when the test ends.
final class Scratch {
  let folder: String
  /// Where the test's store goes.
  var path: String { folder + "/shop.attune" }

  init() throws { folder = try Files.temporaryDirectory(prefix: "store-tests") }

  deinit { try? Files.removeTree(folder) }

  /// Copies a store's files as they are on disk now, keys first, as a backup must.
  func copy(_ store: String, to name: String) throws -> String {
    let target = folder + "/" + name
    try Files.makeDirectory(target)
    for file in ["keys", "decisions", "store"].flatMap({ ["\($0).sqlite", "\($0).sqlite-wal"] })
    where Files.exists(store + "/" + file) {
      try Files.writeAtomically(target + "/" + file, Files.read(store + "/" + file))
    }
    return target
  }
}

extension SplitMix64 {
  mutating func bytes(_ range: ClosedRange<Int>) -> [UInt8] {
    let count = range.lowerBound + below(range.count)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  mutating func pseudonym() -> Pseudonym { Pseudonym(high: next(), low: next()) }
}

struct Interruption: Error {}
