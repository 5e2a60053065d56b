package import Vocabulary

/// How a file is to be read.
package struct LogOptions: Sendable {
  package enum Content: String, Sendable { case items, events }

  package enum Format: String, CaseIterable, Sendable { case auto, ndjson, csv, tsv, combined }

  /// What a column means.
  package enum Role: String, CaseIterable, Sendable {
    case event, subject, item, kind, time, query, value, source, session, decision, tags, place, gpc
    case campaign, language, browser, device
    case title, text, price, seller, category, available

    static let ofEvents: [Role] = [
      .event, .subject, .item, .kind, .time, .query, .value, .source, .session, .decision, .tags, .place,
      .gpc, .campaign, .language, .browser, .device,
    ]
    static let ofItems: [Role] = [.item, .title, .text, .price, .seller, .category, .available, .tags, .kind]
  }

  /// Where a role's value comes from.
  package enum Source: Equatable, Sendable {
    case column(String)
    case constant(String)
  }

  /// What becomes of a foreign kind.
  package enum KindRule: Equatable, Sendable {
    case kind(EventKind)
    case ignore
  }

  package var content: Content
  package var format = Format.auto
  package var delimiter: UInt8?
  package var columns: [String]?
  package var skipLines = 0
  package var roles: [Role: Source] = [:]
  /// Columns whose values become tags of a field.
  package var tagColumns: [(field: String, column: String)] = []
  package var kinds: [String: KindRule] = [:]
  package var separator = "|"
  package var itemPattern: String?
  package var searchPattern: String?

  package init(_ content: Content) { self.content = content }

  /// For objects handed over in a call: NDJSON whose members bear the roles' own names, and no others.
  package init(callsOf content: Content) {
    self.content = content
    format = .ndjson
    for role in content == .events ? Role.ofEvents : Role.ofItems where content == .events || role != .kind {
      roles[role] = .column(role.rawValue)
    }
  }

  /// Whether some role or tag is mapped to a column.
  func names(column: String) -> Bool {
    roles.values.contains(.column(column)) || tagColumns.contains { $0.column == column }
  }
}

extension LogOptions {
  /// Reads `ROLE=COLUMN` pairs, as in `subject=userId,kind=:view,tag.genre=genres`.
  ///
  /// - Throws: ``Failure`` with `usage`, naming the pair.
  package mutating func parse(map: String) throws {
    let allowed = content == .events ? Role.ofEvents : Role.ofItems
    for pair in map.split(separator: ",", omittingEmptySubsequences: true) {
      let (name, value) = try LogOptions.halves(pair, of: "--map", expected: "ROLE=COLUMN or ROLE=:text")
      if name.hasPrefix("tag.") {
        tagColumns.append((field: String(name.dropFirst(4)), column: value))
        continue
      }
      guard let role = Role(rawValue: name), allowed.contains(role) else {
        throw Failure(
          .usage, "'\(name)' is no role of \(content.rawValue)", at: "--map",
          expected: "one of \(allowed.map(\.rawValue).joined(separator: ", ")), or tag.FIELD")
      }
      roles[role] = value.hasPrefix(":") ? .constant(String(value.dropFirst())) : .column(value)
    }
  }

  /// Reads `FOREIGN=KIND` pairs; `-` leaves a kind out.
  package mutating func parse(kinds text: String) throws {
    for pair in text.split(separator: ",", omittingEmptySubsequences: true) {
      let (name, value) = try LogOptions.halves(
        pair, of: "--kinds", expected: "FOREIGN=KIND, or FOREIGN=- to leave it out")
      if value == "-" {
        kinds[name] = .ignore
      } else if let kind = EventKind(name: value) {
        kinds[name] = .kind(kind)
      } else {
        throw Failure(
          .usage, "'\(value)' is no kind of event", at: "--kinds",
          expected: "one of \(EventKind.allCases.map(\.name).joined(separator: ", ")), or -")
      }
    }
  }

  private static func halves(
    _ pair: Substring, of option: String, expected: String
  ) throws -> (name: String, value: String) {
    let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else {
      throw Failure(.usage, "'\(pair)' is not a pair", at: option, expected: expected)
    }
    return (halves[0], halves[1])
  }
}
