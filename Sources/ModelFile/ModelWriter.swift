import Crypto
import SystemIO
import Vocabulary

/// Publishes a learned and a catalogue segment as one file.
package enum ModelWriter {
  /// Writes the file at once: readers see the old one or this one.
  ///
  /// - Parameter earlier: A file whose index of words is taken over where the texts have not changed; the result is the
  ///   same without it.
  /// - Complexity: one pass over rows, vectors and texts, plus sorting the items by general score, and the distinct words
  ///   where the texts have changed.
  /// - Throws: ``Failure`` where the disk does not take it; the old file then stays.
  package static func write(
    learned: LearnedSegment, catalog: CatalogSegment, parameters: ModelParameters, tick: Int64, to path: String,
    reusing earlier: Snapshot? = nil
  ) throws {
    var universe = Universe(learned: learned, catalog: catalog)
    universe.fill(learned, parameters)
    let sections = universe.sections(catalog, parameters, reusing: earlier?.words)

    var header = Header.magic
    header.appendLittleEndian(Header.version)
    header.appendLittleEndian(UInt32(Section.allCases.count))
    header.appendLittleEndian(UInt64(universe.count))
    header.appendLittleEndian(UInt64(catalog.features.count))
    header.appendLittleEndian(tick)
    header.appendLittleEndian(universe.derived.unit)
    var table: [UInt8] = []
    var offset = Header.aligned(Header.length)
    for (section, bytes) in sections {
      table.appendLittleEndian(section.rawValue)
      table.appendLittleEndian(UInt32(0))
      table.appendLittleEndian(UInt64(offset))
      table.appendLittleEndian(UInt64(bytes.count))
      offset = Header.aligned(offset + bytes.count)
    }
    header.appendLittleEndian(UInt64(offset))
    header += learned.digest.bytes
    header += ModelWriter.catalogDigest(sections).bytes
    let checksum = SHA256()
    checksum.update(header)
    checksum.update(table)
    for (_, bytes) in sections { checksum.update(bytes) }
    header += checksum.finalize().bytes
    header += table

    let file = try AtomicFile(path: path)
    try file.append(header)
    var written = header.count
    for (_, bytes) in sections {
      try file.append([UInt8](repeating: 0, count: Header.aligned(written) - written))
      try file.append(bytes)
      written = Header.aligned(written) + bytes.count
    }
    try file.append([UInt8](repeating: 0, count: Header.aligned(written) - written))
    try file.commit()
  }

  /// A digest of what the catalogue says, and of refined rows where they are served: with the learned digest it names
  /// everything that a list depends on.
  private static func catalogDigest(_ sections: [(Section, [UInt8])]) -> Digest {
    let own: Set<Section> = [
      .idStart, .idBytes, .titleStart, .titleBytes, .flags, .price, .featureStart, .featureBytes, .inverseFrequency,
      .vectorStart, .vectorFeature, .vectorWeight, .termStart, .termBytes, .textStart, .textTerm,
    ]
    let hash = SHA256()
    hash.update("attune catalogue 1")
    let derived: Set<Section> = [.refinedStart, .refinedItem, .refinedValue, .refinedShift]
    for (section, bytes) in sections where own.contains(section) || derived.contains(section) && !bytes.isEmpty {
      var length: [UInt8] = []
      length.appendLittleEndian(UInt64(bytes.count))
      hash.update(length)
      hash.update(bytes)
    }
    return hash.finalize()
  }
}
