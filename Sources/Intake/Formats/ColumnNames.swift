import Vocabulary

/// Finds the columns of roles that nobody mapped, by the names that logs commonly use.
enum ColumnNames {
  private static let usual: [LogOptions.Role: [String]] = [
    .event: ["eventid"],
    .subject: [
      "subject", "subjectid", "user", "userid", "visitor", "visitorid", "customer", "customerid", "member", "memberid",
    ],
    .item: ["item", "itemid", "product", "productid", "sku", "article", "articleid", "movieid"],
    .kind: ["kind", "event", "eventtype", "action", "actiontype"],
    .time: ["time", "timestamp", "ts", "datetime", "date", "eventtime"],
    .query: ["query", "searchquery", "q", "keywords"],
    .value: ["value", "rating"],
    .source: ["source"],
    .session: ["session", "sessionid"],
    .decision: ["decision", "decisionid"],
    .tags: ["tags"],
    .place: ["place"],
    .gpc: ["gpc", "secgpc"],
    .campaign: ["campaign", "campaignid"],
    .title: ["title", "name", "productname"],
    .text: ["text", "description"],
    .price: ["price"],
    .seller: ["seller", "shop", "merchant"],
    .category: ["category", "categorypath"],
    .available: ["available", "availability", "instock"],
  ]

  /// The column for a role among those of a file; `nil` where none has a usual name.
  static func column(for role: LogOptions.Role, among columns: [String], except taken: Set<String>) -> String? {
    for name in usual[role] ?? [] {
      if let found = columns.first(where: { simple($0) == name && !taken.contains($0) }) { return found }
    }
    return nil
  }

  /// Whether logs commonly call some role so.
  static func isUsual(_ column: String) -> Bool { usual.values.contains { $0.contains(simple(column)) } }

  private static func simple(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }
}
