import Consent
import Intake
import Rights
import Store
import Vocabulary

extension Engine {
  /// What came of a campaign, in numbers of people: all that a partner is told (clause S1).
  ///
  /// Counted are those who consent to advertising now, by what they did under the campaign's name: anything at all is
  /// being reached, a click or a view is clicking, a purchase is buying. A number that fewer people than the policy's
  /// `segmentFloor` stand behind is not shown, nor is one by which, with others that are shown, such a number could be
  /// worked out: see ``CountTable``. A campaign that nobody has heard of looks like one that reached too few.
  ///
  /// - Complexity: linear in the events.
  public func campaign(_ name: String) throws -> CampaignReport {
    guard let tag = EventDetail.campaignTag(name) else {
      throw Failure(.usage, "this is no name of a campaign", at: "campaign", expected: "1 to 100 bytes")
    }
    try note("campaign", person: nil)
    var names: [Int64: String] = [:]
    for row in try store.allSegments() { names[row.number] = try segmentName(row) }
    let numbers = names.keys.sorted()
    // One row a segment, then one for everybody else.
    var rowOf: [Int64: Int] = [:]
    for (row, number) in numbers.enumerated() { rowOf[number] = row }
    var counts = [[Int]](repeating: [0, 0, 0], count: numbers.count + 1)
    let roll = try ledger.roll(for: .advertising)
    let permits = try permits(of: roll)
    var did: (reached: Bool, clicked: Bool, bought: Bool) = (false, false, false)
    var current: PersonID?
    func flush() throws {
      defer { did = (false, false, false) }
      guard let current, did.reached else { return }
      let row = try segmentNumber(of: current).flatMap { rowOf[$0] } ?? numbers.count
      counts[row][0] += 1
      if did.clicked { counts[row][1] += 1 }
      if did.bought { counts[row][2] += 1 }
    }
    var events: [AdmittedEvent] = []
    _ = try store.forEachSealedEvents { row in
      guard row.person.rawValue < permits.count, let permit = permits[Int(row.person.rawValue)] else { return }
      if row.person != current {
        try flush()
        current = row.person
      }
      events.removeAll(keepingCapacity: true)
      try unsafe self.events.open(row.sealed, sequence: row.sequence, key: row.key, permit: permit, into: &events)
      for event in events where event.detail?.tags.contains(tag) == true {
        did.reached = true
        did.clicked = did.clicked || event.kind == .click || event.kind == .view
        did.bought = did.bought || event.kind == .purchase
      }
    }
    try flush()
    let table = CountTable(counts, columns: 3, threshold: policy.segmentFloor)
    func count(_ row: [Int?]) -> CampaignCounts { CampaignCounts(reached: row[0], clicked: row[1], bought: row[2]) }
    var report = CampaignReport(
      campaign: name, threshold: policy.segmentFloor, total: count(table.total), segments: [],
      others: count(table.rows[numbers.count]))
    for (row, number) in numbers.enumerated() where table.rows[row][0] != nil {
      report.segments.append((segment: names[number] ?? "", counts: count(table.rows[row])))
    }
    report.segments.sort { ($0.counts.reached ?? 0) > ($1.counts.reached ?? 0) }
    return report
  }
}
