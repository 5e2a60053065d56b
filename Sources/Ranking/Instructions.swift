package import Profiles
package import Vocabulary

/// What a person has told the engine, in force until they say otherwise and whatever the purpose.
///
/// Standing instructions are inputs of an answer like the request itself; reading them needs no permit.
package struct Instructions: Hashable, Sendable {
  /// Items never to be shown, by outside id.
  package var items: Set<ExactText> = []
  /// Items of which nothing similar is to be shown either.
  package var similar: Set<ExactText> = []
  /// Tags, categories (`category:…`) and sellers (`seller:…`) never to be shown.
  package var tags: Set<ExactText> = []
  /// The tags the person removed from, or added to, their profile.
  package var choices = TagChoices()

  package init() {}

  package var isEmpty: Bool { self == Instructions() }
}

extension Instructions {
  private static let version: UInt8 = 1
  /// Ends with when the tags began anew.
  private static let versionWithReset: UInt8 = 2

  /// A form to seal: the five sets in turn, each sorted, and when the tags began anew if they did.
  package var encoded: [UInt8] {
    var bytes = [choices.reset == nil ? Instructions.version : Instructions.versionWithReset]
    for set in [items, similar, tags, choices.removed, choices.added] {
      bytes.appendVarint(UInt64(set.count))
      for exact in set.sorted() { bytes.appendText(exact.text) }
    }
    if let reset = choices.reset { bytes.appendZigzag(reset.milliseconds) }
    return bytes
  }

  /// Reads the form back; `nil` for anything else.
  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let version = reader.byte(), [Instructions.version, Instructions.versionWithReset].contains(version) else {
      return nil
    }
    var sets: [Set<ExactText>] = []
    for _ in 0..<5 {
      guard let count = reader.varint() else { return nil }
      var set: Set<ExactText> = []
      for _ in 0..<count {
        guard let text = reader.text() else { return nil }
        set.insert(ExactText(text))
      }
      sets.append(set)
    }
    if version == Instructions.versionWithReset {
      guard let reset = reader.zigzag() else { return nil }
      choices.reset = Timestamp(milliseconds: reset)
    }
    guard reader.isAtEnd else { return nil }
    (items, similar, tags) = (sets[0], sets[1], sets[2])
    choices.removed = sets[3]
    choices.added = sets[4]
  }
}
