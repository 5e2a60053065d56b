import Vocabulary

extension RequestRecord {
  /// The part that names nobody, to be sealed under the register's key.
  package var frame: [UInt8] {
    var bytes: [UInt8] = [1, kind.rawValue]
    bytes.appendText(regime.rawValue)
    bytes.appendZigzag(Int64(received.number))
    bytes.appendZigzag(Int64(due.number))
    for day in [confirmBy, extendedTo] { bytes.appendVarint(UInt64(day?.number ?? 0)) }
    bytes.appendVarint(UInt64(holidays.count))
    bytes += holidays
    bytes.appendVarint(UInt64(steps.count))
    for step in steps {
      bytes.append(step.state.rawValue)
      bytes.appendZigzag(step.time.milliseconds)
    }
    bytes.appendText(reason ?? "")
    bytes.append(outcome.map { $0.rawValue + 1 } ?? 0)
    bytes.appendText(reviewer ?? "")
    return bytes
  }

  /// - Parameter details: `nil` where they went with the person.
  package init?(frame bytes: [UInt8], details: Details?) {
    var reader = ByteReader(bytes)
    func day() -> Day?? { reader.varint().map { $0 == 0 ? nil : Day(number: Int(truncatingIfNeeded: $0)) } }
    guard reader.byte() == 1, let kind = reader.byte().flatMap({ RequestKind(rawValue: $0) }),
      let regime = reader.text().flatMap({ Regime(rawValue: $0) }), let received = reader.zigzag(),
      let due = reader.zigzag(), let confirmBy = day(), let extendedTo = day(), let length = reader.varint(),
      let holidays = reader.take(length), let count = reader.varint(), count > 0
    else { return nil }
    var steps: [Step] = []
    for _ in 0..<count {
      guard let state = reader.byte().flatMap({ RequestState(rawValue: $0) }), let time = reader.zigzag() else {
        return nil
      }
      steps.append(Step(state: state, time: Timestamp(milliseconds: time)))
    }
    guard let reason = reader.text(), let outcome = reader.byte(), let reviewer = reader.text(), reader.isAtEnd else {
      return nil
    }
    self.kind = kind
    self.regime = regime
    self.received = Day(number: Int(received))
    self.due = Day(number: Int(due))
    self.confirmBy = confirmBy
    self.extendedTo = extendedTo
    self.holidays = holidays
    self.steps = steps
    self.reason = reason.isEmpty ? nil : reason
    self.outcome = outcome == 0 ? nil : AppealOutcome(rawValue: outcome - 1)
    self.reviewer = reviewer.isEmpty ? nil : reviewer
    self.details = details
  }
}

extension RequestRecord.Details {
  /// To be sealed under the person's key.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = [1, by.rawValue]
    for text in [subject, name, evidence, words, decision] {
      bytes.append(text == nil ? 0 : 1)
      if let text { bytes.appendText(text) }
    }
    for list in [notes, measures] {
      bytes.appendVarint(UInt64(list.count))
      for text in list { bytes.appendText(text) }
    }
    return bytes
  }

  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == 1, let by = reader.byte().flatMap({ Requester(rawValue: $0) }) else { return nil }
    self.by = by
    var texts: [String?] = []
    for _ in 0..<5 {
      guard let isThere = reader.byte() else { return nil }
      let text = isThere == 1 ? reader.text() : nil
      if isThere == 1, text == nil { return nil }
      texts.append(text)
    }
    (subject, name, evidence, words, decision) = (texts[0], texts[1], texts[2], texts[3], texts[4])
    var lists: [[String]] = []
    for _ in 0..<2 {
      guard let count = reader.varint() else { return nil }
      var list: [String] = []
      for _ in 0..<count {
        guard let text = reader.text() else { return nil }
        list.append(text)
      }
      lists.append(list)
    }
    guard reader.isAtEnd else { return nil }
    (notes, measures) = (lists[0], lists[1])
  }
}
