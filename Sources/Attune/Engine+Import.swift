import Consent
import Crypto
import Intake
import ModelFile
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// Imports a catalogue; what it says holds from the next answer on, without training.
  ///
  /// What a line leaves open stays as an earlier import said, so that titles, prices and tags may come apart. Several
  /// lines of one import about an item add their tags up.
  ///
  /// All or nothing: an import that fails or is killed leaves the store as it was. A followed file is committed and
  /// published each time that all it holds has been read.
  public func importItems(_ input: ImportInput, progress: (Progress) -> Void = { _ in }) throws -> ImportReport {
    let lock = try lock(for: input)
    defer { _ = lock }
    let start = Clock.monotonicNanoseconds()
    let options = try LogOptions(input, what: .items)
    var report = ImportReport(what: "items", file: input.name ?? input.path)
    let before = try importedBefore(input, report)
    if let before = before.report { return before }
    let chunks = try ChunkReader(input)
    let rejects = RejectSink(input)
    let reader = try ItemReader(chunks: chunks, options: options, rejects: rejects, name: input.displayName)
    var touched: Set<ItemNumber> = []
    repeat {
      // Nothing is locked while nothing comes. Asked to stop, the file ends here.
      if reader.isWaiting { _ = chunks.waitForMore() }
      let turn = input.follow ? try store.lockForWriting(patience: Engine.patience) : nil
      defer { _ = turn }
      let known = report.admitted
      try store.transaction {
        while let records = try reader.next(limit: 10_000) {
          for update in records { try put(update, &touched) }
          report.admitted += records.count
          progress(chunks.progress("reading items", count: reader.counts.read))
          if reader.isWaiting { break }
        }
        report.take(reader.counts, rejects)
        if !reader.isWaiting { try refuseNonsense(report, input, rejects) }
        try noteImport(input, before.digest, report)
        try store.advanceGeneration()
      }
      if reader.isWaiting, report.admitted > known { try publishCatalogue() }
    } while reader.isWaiting
    try rejects.close()
    progress(Progress(stage: "publishing the catalogue", fraction: nil, count: report.admitted))
    let turn = input.follow ? try store.lockForWriting(patience: Engine.patience) : nil
    defer { _ = turn }
    try publishCatalogue()
    report.items = try store.itemCount().all
    report.seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
    return report
  }

  /// - Parameter touched: The items that this import has spoken of before.
  func put(_ update: ItemUpdate, _ touched: inout Set<ItemNumber>) throws {
    let number = try store.itemNumber(id: update.record.id)
    let old = try number == nil ? nil : store.item(id: update.record.id)?.record
    let addsTags = number.map { touched.contains($0) } ?? false
    touched.insert(try store.putItem(update.applied(to: old, addsTags: addsTags)))
  }

  /// Imports a log of events: only what the ledger allows gets in.
  ///
  /// All or nothing, except that a followed file is committed batch by batch. A log that leaves `training` out of what
  /// the people in it consent to takes their share from the model before this returns.
  public func importEvents(_ input: ImportInput, progress: (Progress) -> Void = { _ in }) throws -> ImportReport {
    let report = try takeIn(input, progress)
    try leaveModel()
    return report
  }

  private func takeIn(_ input: ImportInput, _ progress: (Progress) -> Void) throws -> ImportReport {
    let lock = try lock(for: input)
    defer { _ = lock }
    let start = Clock.monotonicNanoseconds()
    let options = try LogOptions(input, what: .events)
    var report = ImportReport(what: "events", file: input.name ?? input.path)
    let before = try importedBefore(input, report)
    if let before = before.report { return before }
    let chunks = try ChunkReader(input)
    let rejects = RejectSink(input)
    let reader = try EventReader(chunks: chunks, options: options, rejects: rejects, name: input.displayName)
    var run = EventImport(reader: reader, newest: nil)
    if input.follow {
      var gate = try store.transaction { try openGate(input) }
      var more = true
      while more {
        // Nothing is locked while nothing comes. Asked to stop, the log ends here.
        if run.reader.isWaiting { _ = chunks.waitForMore() }
        do {
          let turn = try store.lockForWriting(patience: Engine.patience)
          defer { _ = turn }
          more = try store.transaction {
            var more = false
            try notifyingRecipients(of: input.grantAll ? nil : []) {
              more = try run.step(engine: self, gate: &gate, limit: 10_000) { _ in }
            }
            try leave(after: input)
            try store.advanceGeneration()
            return more
          }
        }
        try leaveModel()
        progress(chunks.progress("following", count: run.reader.counts.read))
      }
    } else {
      try store.transaction {
        var gate = try openGate(input)
        try notifyingRecipients(of: input.grantAll ? nil : []) {
          while try run.step(
            engine: self, gate: &gate, limit: 1 << 22,
            progress: { stage in
              progress(chunks.progress(stage, count: reader.counts.read))
            })
          {}
        }
        try leave(after: input)
        report.take(run.reader.counts, rejects)
        report.admitted = run.admitted
        try refuseNonsense(report, input, rejects)
        try noteImport(input, before.digest, report)
        try store.advanceGeneration()
        if input.grantAll { report.clock = try fixClock(at: run.newest) }
      }
    }
    try rejects.close()
    report.take(run.reader.counts, rejects)
    report.admitted = run.admitted
    report.ignored += run.repeated
    report.refused = Refusal.allCases.compactMap { reason in run.refusals[reason].map { (reason.rawValue, $0) } }
    report.dropped = EventField.allCases.compactMap { field in run.dropped[field].map { (field.rawValue, $0) } }
    report.people = try store.peopleCount()
    report.items = try store.itemCount().all
    report.seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
    return report
  }

  /// The writer's lock for a whole import; a followed file takes it turn by turn.
  private func lock(for input: ImportInput) throws -> DirectoryLock? {
    input.follow ? nil : try store.lockForWriting()
  }

  /// A file of which no line could be understood was not meant for us, or not in this way.
  private func refuseNonsense(_ report: ImportReport, _ input: ImportInput, _ rejects: RejectSink) throws {
    guard report.read > 0, report.rejected == report.read else { return }
    try rejects.close()
    throw Failure(
      .badInput, "none of its lines could be understood: \(report.rejectedBy.first?.reason ?? "")",
      at: input.displayName, remedy: "Check --format, --map and --kinds")
  }

  /// Takes a research log's newest event for the present, and moves on with later logs; a clock that somebody set, or
  /// left to the wall, stays.
  private func fixClock(at newest: Timestamp?) throws -> Timestamp? {
    guard let newest, newest.isClock else { return nil }
    let known = try store.asOf()
    if try known == nil ? store.tick() > 0 || store.clockIsSet() : store.clockIsSet() { return nil }
    if let known, newest <= known { return nil }
    try store.setAsOf(newest)
    return newest
  }

  /// The newest log collected under consent speaks for the people in it; one that leaves advertising or training out
  /// takes it away.
  private func leave(after input: ImportInput) throws {
    if !input.grantAll { return }
    if !input.grantedPurposes.contains(.advertising) { try leaveSegmentsWithoutConsent() }
    if !input.grantedPurposes.contains(.training) { try withdrawContributionsWithoutConsent() }
  }

  private func openGate(_ input: ImportInput) throws -> Gate {
    // Before anything is put in the ledger: nobody is there to whom a consent could belong.
    try requireAtWork()
    let name = input.source ?? String(input.displayName.split(separator: "/").last ?? "")
    let grant =
      input.grantAll
      ? try ledger.recordSource(
        named: name, purposes: PurposeSet(input.grantedPurposes), time: wall()) : nil
    try refreshPolicy()
    return Gate(pseudonymizer: pseudonymizer, ledger: ledger, directory: store, grant: grant)
  }

  /// The digest of a file to be imported and, where its bytes were imported before, the report that says so.
  private func importedBefore(
    _ input: ImportInput, _ report: ImportReport
  ) throws -> (digest: Digest?, report: ImportReport?) {
    guard input.path != "-", !input.follow, Files.isRegular(input.path) else { return (nil, nil) }
    let hash = SHA256()
    hash.update(report.what)
    try Files.forEachChunk(input.path) { hash.update($0) }
    let digest = hash.finalize()
    // One that brought nothing in, for want of consent or a right --map, may be tried again.
    guard !input.again, let record = try store.importRecord(digest: digest), record.accepted > 0 else {
      return (digest, nil)
    }
    var report = report
    report.importedBefore = record.time
    report.people = try store.peopleCount()
    report.items = try store.itemCount().all
    return (digest, report)
  }

  private func noteImport(_ input: ImportInput, _ digest: Digest?, _ report: ImportReport) throws {
    guard let digest else { return }
    try store.recordImport(
      ImportRecord(
        digest: digest, name: input.path, time: Clock.now(), what: report.what, accepted: report.admitted,
        refused: report.refused.reduce(0) { $0 + $1.count }, rejected: report.rejected))
  }
}

extension ImportInput {
  /// The file's name in messages.
  var displayName: String { name ?? (path == "-" ? "standard input" : path) }
}

extension LogOptions {
  /// The options as typed, read.
  init(_ input: ImportInput, what: Content) throws {
    self.init(what)
    guard let format = Format(rawValue: input.format) else {
      throw Failure(
        .usage, "'\(input.format)' is no format", at: "--format",
        expected: "one of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.format = format
    if let map = input.map { try parse(map: map) }
    if let kinds = input.kinds { try parse(kinds: kinds) }
    columns = input.columns.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    separator = input.separator
    skipLines = input.skipLines
    if let text = input.delimiter {
      let named = ["tab": UInt8(9), "\\t": 9, "comma": UInt8(ascii: ","), "semicolon": UInt8(ascii: ";")][text]
      guard let byte = named ?? (text.utf8.count == 1 ? text.utf8.first : nil) else {
        throw Failure(.usage, "'\(text)' is no delimiter", at: "--delimiter", expected: "one character, or tab")
      }
      delimiter = byte
    }
    itemPattern = input.itemPattern
    searchPattern = input.searchPattern
  }
}

extension RejectSink {
  convenience init(_ input: ImportInput) {
    self.init(
      input: input.displayName, path: input.rejects, keepsLines: input.keepLines, isStrict: input.strict)
  }
}

extension ChunkReader {
  /// Only what is followed can be stopped; everything else is imported whole or not at all.
  convenience init(_ input: ImportInput) throws {
    let shouldStop = input.shouldStop
    let follow = input.follow
    try self.init(path: input.path, follow: follow, shouldStop: { follow && shouldStop() })
  }

  func progress(_ stage: String, count: Int) -> Progress {
    Progress(stage: stage, fraction: totalBytes.map { Double(rawBytesRead) / Double(max(1, $0)) }, count: count)
  }
}

extension ImportReport {
  mutating func take(_ counts: ReadCounts, _ rejects: RejectSink) {
    format = counts.format
    read = counts.read
    ignored = counts.ignored
    rejected = counts.rejected
    unusedColumns = counts.unusedColumns
    rejectedBy = rejects.reasons
    rejectsFile = rejects.file
  }
}

/// The running state of an import of events.
struct EventImport {
  var reader: EventReader
  var newest: Timestamp?
  var admitted = 0
  var refusals: [Refusal: Int] = [:]
  var dropped: [EventField: Int] = [:]
  var repeated = 0
  /// Times after tomorrow are mistakes, and move no clock.
  private let present = Timestamp(milliseconds: Clock.now().milliseconds + 86_400_000)
  /// Whose events came in; gathered where a set is given.
  var people: Set<PersonID>?

  /// Reads, admits, seals and stores one batch; false at the end of the log.
  mutating func step(
    engine: Engine, gate: inout Gate, limit: Int, progress: (_ stage: String) -> Void
  ) throws -> Bool {
    let (batch, more) = try reader.admit(limit: limit, through: &gate) { progress("reading events") }
    progress("sealing and storing")
    let sequence = try engine.store.nextSequence()
    let retention = engine.policy.retention
    for (index, group) in batch.groups.enumerated() {
      people?.insert(group.person)
      if index % 16_384 == 16_383 { progress("sealing and storing") }
      let key = try engine.store.requireKey(of: group.person)
      let sealed = try engine.events.seal(batch, group, sequence: sequence, key: key)
      try engine.store.appendEvents(
        group.person, sequence: sequence, count: group.range.count, sealed: sealed)
      if let due = retention.firstDue(batch.events[group.range]) { try engine.store.noteDue(group.person, at: due) }
    }
    admitted += batch.events.count
    refusals.merge(batch.refusals, uniquingKeysWith: +)
    dropped.merge(batch.dropped, uniquingKeysWith: +)
    repeated += batch.repeated
    if let time = batch.newest(upTo: present) { newest = max(newest ?? time, time) }
    return more
  }
}
