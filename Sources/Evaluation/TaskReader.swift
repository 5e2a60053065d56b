package import Attune
import Learning
import SystemIO
package import Vocabulary

/// Reads the two files of a task, plain or gzip.
package struct TaskReader {
  private var data: TaskData
  private var numbers: [ExactText: UInt32] = [:]
  private let kinds: [String: EventKind]
  private var foreign: Set<String> = []

  /// Reads the training file, then the test file.
  ///
  /// - Parameters:
  ///   - kinds: Foreign words for kinds of events; other words that name no kind count as views.
  ///   - catalogue: What is known of the items besides.
  /// - Throws: ``Failure`` that names the file and the line.
  package static func read(
    _ task: EvaluationTask, train: String, test: String, kinds: [String: EventKind] = [:],
    catalogue: ResearchCatalogue = ResearchCatalogue()
  ) throws -> TaskData {
    var reader = TaskReader(task, kinds)
    switch task {
    case .interactions:
      let people = try reader.interactions(train)
      reader.close(catalogue)
      try reader.heldItems(test, people)
    case .nextItem:
      try reader.sessions(train)
      let next = try reader.prefixes(test)
      reader.close(catalogue)
      for (index, item) in next.enumerated() { reader.data.cases[index].held = [reader.number(item)] }
    }
    if reader.data.cases.isEmpty {
      throw Failure(.badInput, "there is no case to evaluate", at: test, expected: reader.expected)
    }
    reader.data.unknownKinds = reader.foreign.sorted()
    return reader.data
  }

  /// Reads the training file alone: no cases.
  package static func read(
    _ task: EvaluationTask, train: String, kinds: [String: EventKind] = [:],
    catalogue: ResearchCatalogue = ResearchCatalogue()
  ) throws -> TaskData {
    var reader = TaskReader(task, kinds)
    switch task {
    case .interactions: _ = try reader.interactions(train)
    case .nextItem: try reader.sessions(train)
    }
    reader.close(catalogue)
    reader.data.unknownKinds = reader.foreign.sorted()
    return reader.data
  }

  private init(_ task: EvaluationTask, _ kinds: [String: EventKind]) {
    data = TaskData(task: task)
    self.kinds = kinds
  }

  /// Adds the catalogue's items; those numbered later are held out only.
  private mutating func close(_ catalogue: ResearchCatalogue) {
    var numbers = numbers
    data.take(catalogue) { id, ids in TaskReader.number(ExactText(id), &numbers, &ids) }
    self.numbers = numbers
    data.catalogueItems = data.ids.count
  }

  private var expected: String {
    data.task == .interactions
      ? "lines “subject TAB item”, and TAB time, TAB kind where known"
      : "a session a line in the training file, “prefix TAB next item” in the test file, items separated by blanks"
  }

  // MARK: Interactions

  /// One line's fields.
  private struct Interaction {
    var subject: ExactText
    var item: ArraySlice<UInt8>
    var time: Int64?
    var kind = EventKind.view
  }

  /// The training file; returns each subject's number.
  private mutating func interactions(_ path: String) throws -> [ExactText: Int] {
    var people: [ExactText: Int] = [:]
    var own: [[TimelineEvent]] = []
    var ordinal: Int64 = 0
    try Lines.forEach(path) { line, place in
      let parsed = try interaction(line, place)
      let person = people[parsed.subject] ?? own.count
      if person == own.count {
        people[parsed.subject] = person
        own.append([])
      }
      if parsed.time != nil { data.hasTimes = true }
      // As at the gate: what came without a time keeps its place in the file.
      let time = Timestamp(milliseconds: parsed.time ?? ordinal)
      own[person].append(
        TimelineEvent(time: time, item: ItemNumber(number(parsed.item)), kind: parsed.kind, value: 0))
      ordinal += 1
    }
    for events in own {
      data.events += events
      data.starts.append(data.events.count)
    }
    data.trainedItems = data.ids.count
    return people
  }

  private mutating func heldItems(_ path: String, _ people: [ExactText: Int]) throws {
    var held = [Set<UInt32>](repeating: [], count: data.personCount)
    var strangers: Set<ExactText> = []
    try Lines.forEach(path) { line, place in
      let parsed = try interaction(line, place)
      if let person = people[parsed.subject] {
        held[person].insert(number(parsed.item))
      } else {
        strangers.insert(parsed.subject)
      }
    }
    data.strangers = strangers.count
    for person in held.indices where !held[person].isEmpty {
      data.cases.append(
        TaskData.Case(history: data.starts[person]..<data.starts[person + 1], held: held[person].sorted()))
    }
  }

  private mutating func interaction(_ line: ArraySlice<UInt8>, _ place: Lines.Place) throws -> Interaction {
    let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    guard (2...4).contains(fields.count), !fields[0].isEmpty, !fields[1].isEmpty else {
      throw place.failure("there are \(fields.count) fields, or an empty one", expected)
    }
    var parsed = Interaction(subject: ExactText(String(decoding: fields[0], as: UTF8.self)), item: fields[1])
    if fields.count > 2, !fields[2].isEmpty {
      guard let time = Seconds.milliseconds(fields[2]) else {
        throw place.failure(
          "the third field is no time", "Unix seconds or a position, with or without a decimal point")
      }
      parsed.time = time
    }
    if fields.count > 3, !fields[3].isEmpty {
      let word = String(decoding: fields[3], as: UTF8.self)
      if let kind = kinds[word] ?? EventKind(name: word) {
        parsed.kind = kind
      } else {
        foreign.insert(word)
      }
    }
    return parsed
  }

  // MARK: Sessions

  private mutating func sessions(_ path: String) throws {
    try Lines.forEach(path) { line, place in
      append(line, to: \.events)
      if data.events.count == data.starts.last { throw place.failure("there is no item", expected) }
      data.starts.append(data.events.count)
    }
    data.trainedItems = data.ids.count
  }

  /// The beginnings of the test file as cases; returns what came next in each.
  private mutating func prefixes(_ path: String) throws -> [ArraySlice<UInt8>] {
    var next: [ArraySlice<UInt8>] = []
    try Lines.forEach(path) { line, place in
      // Further columns, such as the items that were shown, are of other tasks.
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard fields.count >= 2, !fields[1].isEmpty, !fields[1].contains(UInt8(ascii: " ")) else {
        throw place.failure("there is no next item", expected)
      }
      let start = data.prefixes.count
      append(fields[0], to: \.prefixes)
      data.cases.append(TaskData.Case(history: start..<data.prefixes.count, held: []))
      next.append(ArraySlice(Array(fields[1])))
    }
    return next
  }

  /// A session's events, timed by their position.
  private mutating func append(_ line: ArraySlice<UInt8>, to events: WritableKeyPath<TaskData, [TimelineEvent]>) {
    for (position, item) in line.split(separator: UInt8(ascii: " ")).enumerated() {
      data[keyPath: events].append(
        TimelineEvent(
          time: Timestamp(milliseconds: Int64(position)), item: ItemNumber(number(item)), kind: .view, value: 0))
    }
  }

  /// The number of an item, a new one where it is met for the first time.
  private mutating func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    TaskReader.number(ExactText(String(decoding: bytes, as: UTF8.self)), &numbers, &data.ids)
  }

  private static func number(_ id: ExactText, _ numbers: inout [ExactText: UInt32], _ ids: inout [String]) -> UInt32 {
    if let known = numbers[id] { return known }
    let number = UInt32(ids.count)
    numbers[id] = number
    ids.append(id.text)
    return number
  }
}

/// Times as these files have them.
enum Seconds {
  /// Seconds with at most a sign and a decimal point, as milliseconds, truncated; `nil` for anything else.
  ///
  /// Logs of positions have −1 where a position is not known, to stand before all others.
  static func milliseconds(_ text: ArraySlice<UInt8>) -> Int64? {
    if text.first == UInt8(ascii: "-") { return milliseconds(unsigned: text.dropFirst()).map { -$0 } }
    return milliseconds(unsigned: text)
  }

  private static func milliseconds(unsigned text: ArraySlice<UInt8>) -> Int64? {
    let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = digits(parts[0]), whole < 10_000_000_000 else { return nil }
    guard parts.count == 2 else { return whole * 1000 }
    guard digits(parts[1]) != nil, let thousandths = digits((parts[1] + [48, 48, 48]).prefix(3)) else { return nil }
    return whole * 1000 + thousandths
  }

  private static func digits(_ text: ArraySlice<UInt8>) -> Int64? {
    guard (1...18).contains(text.count) else { return nil }
    var value: Int64 = 0
    for byte in text {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 48)
    }
    return value
  }
}

/// The lines of a file.
enum Lines {
  /// A line of a file, for a message.
  struct Place {
    let path: String
    let line: Int

    func failure(_ what: String, _ expected: String) -> Failure {
      Failure(.badInput, what, at: "\(path):\(line)", expected: expected)
    }
  }

  /// Hands over every line that is not empty, without its end.
  static func forEach(_ path: String, _ body: (ArraySlice<UInt8>, Place) throws -> Void) throws {
    let reader = try ChunkReader(path: path)
    var rest: [UInt8] = []
    var count = 0
    func hand(_ line: ArraySlice<UInt8>) throws {
      count += 1
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if !line.isEmpty { try body(line, Place(path: path, line: count)) }
    }
    while let chunk = try reader.next() {
      rest += chunk
      var start = 0
      while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
        try hand(rest[start..<end])
        start = end + 1
      }
      rest.removeFirst(start)
    }
    if !rest.isEmpty { try hand(rest[...]) }
  }
}
