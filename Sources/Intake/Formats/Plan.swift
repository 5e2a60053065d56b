import Vocabulary

/// Which columns of a file are read, and for what.
struct Plan {
  /// The column of each slot.
  private(set) var wanted: [String] = []
  private(set) var slots: [LogOptions.Role: Int] = [:]
  private(set) var constants: [LogOptions.Role: String] = [:]
  private(set) var tagSlots: [(field: String, slot: Int)] = []

  /// - Parameter isListed: Whether the columns may be named in messages; a first line that is no header may hold
  ///   somebody's id.
  /// - Throws: ``Failure`` with `usage` where a mapped column does not exist, or a role that is needed has none.
  init(
    _ options: LogOptions, format: LogOptions.Format, columns: [String], isListed: Bool, name: String, isEmpty: Bool
  ) throws {
    // Any line of NDJSON may have members that the first has not.
    let isOpen = format == .ndjson || isEmpty
    func check(_ column: String) throws {
      if isOpen || columns.contains(column) { return }
      throw Failure(
        .usage, "the file has no column '\(column)'", at: name,
        expected: isListed ? "one of \(columns.joined(separator: ", "))" : "a column of its header",
        remedy: isListed ? nil : Plan.noHeader)
    }
    if let repeated = columns.first(where: { column in columns.count { $0 == column } > 1 }), format != .ndjson,
      options.roles.values.contains(.column(repeated))
    {
      throw Failure(
        .usage, "two columns are called '\(repeated)'", at: name, expected: "different names",
        remedy: "Name the columns with --columns, and skip the header with --skip-lines 1")
    }
    var taken: Set<String> = []
    for case .column(let column) in options.roles.values { taken.insert(column) }
    for (_, column) in options.tagColumns { taken.insert(column) }
    var unnamed: [LogOptions.Role] = []
    for role in options.content == .events ? LogOptions.Role.ofEvents : LogOptions.Role.ofItems {
      switch options.roles[role] {
      case .constant(let text): constants[role] = text
      case .column(let column):
        try check(column)
        slots[role] = slot(column)
      case nil:
        if format == .ndjson, role != .kind || options.content == .events {
          // An open format: the role's own name is always looked for, another usual one if the first line has it.
          if let column = ColumnNames.column(for: role, among: columns, except: taken) {
            slots[role] = slot(column)
            taken.insert(column)
          } else {
            unnamed.append(role)
          }
        } else if role == .kind, options.content == .items {
          continue
        } else if let column = ColumnNames.column(for: role, among: columns, except: taken) {
          slots[role] = slot(column)
          taken.insert(column)
        }
      }
    }
    for role in unnamed where !taken.contains(role.rawValue) { slots[role] = slot(role.rawValue) }
    for (field, column) in options.tagColumns {
      try check(column)
      tagSlots.append((field: field, slot: slot(column)))
    }
    try checkNeeds(options, columns, isListed: isListed, name: name, isOpen: isOpen)
  }

  private static let noHeader =
    "No column of the first line has a usual name: name them with --map or, where it is no header, with --columns"

  private mutating func slot(_ column: String) -> Int {
    if let known = wanted.firstIndex(of: column) { return known }
    wanted.append(column)
    return wanted.count - 1
  }

  private func checkNeeds(
    _ options: LogOptions, _ columns: [String], isListed: Bool, name: String, isOpen: Bool
  ) throws {
    let remedy = isListed ? "The file has the columns \(columns.joined(separator: ", "))" : Plan.noHeader
    if isOpen && columns.isEmpty { return }
    func has(_ role: LogOptions.Role) -> Bool { slots[role] != nil || constants[role] != nil }
    let needs: [LogOptions.Role] = options.content == .events ? [.subject, .kind] : [.item]
    for role in needs where !has(role) {
      let example = role == .kind ? "kind=:view" : "\(role.rawValue)=COLUMN"
      throw Failure(
        .usage, "no column says the \(role.rawValue)", at: name, expected: "--map \(example)",
        remedy: remedy)
    }
    if options.content == .events, !has(.item), !has(.query) {
      throw Failure(
        .usage, "no column says the item or the query", at: name, expected: "--map item=COLUMN",
        remedy: remedy)
    }
  }
}
