package import Vocabulary

extension ConsentLedger {
  /// The method of an entry that drops others and erases nobody.
  static let retention = "retention"

  /// Drops what the ledger holds of choices that later ones have overtaken, once their proof has been kept for long
  /// enough; what is in force stays, however old.
  ///
  /// The entries stay as links of the chain, as after an erasure; one new entry names them.
  ///
  /// - Parameters:
  ///   - horizon: What was overtaken before then goes.
  ///   - time: Of the new entry.
  /// - Returns: The sealed bodies that are gone; empty where nothing was to go, and then there is no new entry.
  /// - Complexity: linear in the entries of people.
  package func dropOvertaken(before horizon: Timestamp, time: Timestamp) throws -> [[UInt8]] {
    var gone: [[UInt8]] = []
    var numbers: [Int64] = []
    for person in try storage.peopleInLedger() {
      let rows = try storage.ledgerRows(of: person)
      if rows.count < 2 { continue }
      let entries = try rows.map(open)
      for (index, entry) in entries.enumerated() {
        guard let end = entry.overtaken(by: entries[(index + 1)...]), end < horizon else { continue }
        gone.append(rows[index].sealed)
        numbers.append(rows[index].sequence)
      }
    }
    if numbers.isEmpty { return [] }
    for number in numbers { try storage.dropLedgerBody(number) }
    try refreshPolicy()
    try append(
      LedgerEntry(
        act: .erasure, person: nil, purposes: [], time: time, method: ConsentLedger.retention, notice: policy.version,
        dropped: numbers.sorted()))
    return gone
  }
}

extension LedgerEntry {
  /// When all that the entry says had been said anew by later ones of the same person; `nil` while some of it holds.
  func overtaken(by later: ArraySlice<LedgerEntry>) -> Timestamp? {
    switch act {
    case .grant, .withdraw:
      var end: Timestamp?
      for purpose in purposes.purposes {
        let next = later.first { ($0.act == .grant || $0.act == .withdraw) && $0.purposes.contains(purpose) }
        guard let next else { return nil }
        end = max(end ?? next.time, next.time)
      }
      return end
    case .age: return later.first { $0.act == .age }?.time
    case .guardian, .guardianEnd: return later.first { $0.act == .guardian || $0.act == .guardianEnd }?.time
    case .sourceGrant, .erasure: return nil
    }
  }
}
