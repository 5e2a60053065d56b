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
  /// All or nothing: an import that fails or is killed leaves the store as it was.
  public func importItems(_ input: ImportInput, progress: (Progress) -> Void = { _ in }) throws -> ImportReport {
    let lock = try store.lockForWriting()
    defer { _ = lock }
    let start = Clock.monotonicNanoseconds()
    let options = try LogOptions(input, what: .items)
    var report = ImportReport(what: "items", file: input.path)
    let before = try importedBefore(input, report)
    if let before = before.report { return before }
    let chunks = try ChunkReader(path: input.path, follow: input.follow)
    let rejects = RejectSink(input)
    let reader = try ItemReader(chunks: chunks, options: options, rejects: rejects, name: input.displayName)
    try store.transaction {
      while let records = try reader.next(limit: 10_000), !input.shouldStop() {
        for record in records { _ = try store.putItem(record) }
        report.admitted += records.count
        progress(chunks.progress("reading items", count: reader.counts.read))
      }
      report.take(reader.counts, rejects)
      try noteImport(input, before.digest, report)
      try store.advanceGeneration()
    }
    try rejects.close()
    progress(Progress(stage: "publishing the catalogue", fraction: nil, count: report.admitted))
    try publishCatalogue()
    report.items = try store.itemCount().all
    report.seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
    return report
  }

  /// Imports a log of events: only what the ledger allows gets in.
  ///
  /// All or nothing, except that a followed file is committed batch by batch.
  public func importEvents(_ input: ImportInput, progress: (Progress) -> Void = { _ in }) throws -> ImportReport {
    let lock = try store.lockForWriting()
    defer { _ = lock }
    let start = Clock.monotonicNanoseconds()
    let options = try LogOptions(input, what: .events)
    var report = ImportReport(what: "events", file: input.path)
    let before = try importedBefore(input, report)
    if let before = before.report { return before }
    let chunks = try ChunkReader(path: input.path, follow: input.follow)
    let rejects = RejectSink(input)
    let reader = try EventReader(chunks: chunks, options: options, rejects: rejects, name: input.displayName)
    var run = EventImport(reader: reader, newest: nil)
    if input.follow {
      var gate: Gate?
      while !input.shouldStop() {
        let more = try store.transaction {
          let open = try gate ?? openGate(input)
          gate = open
          defer { gate = gate ?? open }
          let more = try run.step(engine: self, gate: &gate, limit: 10_000)
          try store.advanceGeneration()
          return more
        }
        progress(chunks.progress("following", count: run.reader.counts.read))
        if !more { break }
      }
    } else {
      try store.transaction {
        var gate: Gate? = try openGate(input)
        while try run.step(engine: self, gate: &gate, limit: 1 << 22) {
          progress(chunks.progress("reading events", count: run.reader.counts.read))
        }
        report.take(run.reader.counts, rejects)
        report.admitted = run.admitted
        try noteImport(input, before.digest, report)
        try store.advanceGeneration()
        // A research log's newest event is its present.
        if input.grantAll, try store.asOf() == nil, try store.tick() == 0, let newest = run.newest, newest.isClock {
          try store.setAsOf(newest)
        }
      }
    }
    try rejects.close()
    report.take(run.reader.counts, rejects)
    report.admitted = run.admitted
    report.ignored += run.repeated
    if run.refused > 0 { report.refused = [("no-consent", run.refused)] }
    report.people = try store.peopleCount()
    report.items = try store.itemCount().all
    report.seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
    return report
  }

  private func openGate(_ input: ImportInput) throws -> Gate {
    let name = input.source ?? String(input.displayName.split(separator: "/").last ?? "")
    let grant = input.grantAll ? try ledger.recordSource(named: name, time: Clock.now()) : nil
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
    guard !input.again, let record = try store.importRecord(digest: digest) else { return (digest, nil) }
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
  var displayName: String { path == "-" ? "standard input" : path }
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
private struct EventImport {
  var reader: EventReader
  var newest: Timestamp?
  var admitted = 0
  var refused = 0
  var repeated = 0

  /// Reads, admits, seals and stores one batch; false at the end of the log.
  mutating func step(engine: Engine, gate: inout Gate?, limit: Int) throws -> Bool {
    guard var open = gate else { return false }
    defer { gate = open }
    let (batch, more) = try reader.admit(limit: limit, through: &open)
    let sequence = try engine.store.nextSequence()
    for group in batch.groups {
      let key = try engine.store.requireKey(of: group.person)
      let sealed = try engine.events.seal(batch, group, sequence: sequence, key: key)
      try engine.store.appendEvents(
        group.person, sequence: sequence, count: group.range.count, sealed: sealed)
    }
    admitted += batch.events.count
    refused += batch.refused
    repeated += batch.repeated
    if let time = batch.newest { newest = max(newest ?? time, time) }
    return more
  }
}
