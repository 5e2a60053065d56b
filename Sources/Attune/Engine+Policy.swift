import Consent
import JSON
import ModelFile
import Models
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// The policy that a new store starts with, as a policy file.
  public static var shippedPolicy: [UInt8] { shippedPolicyJSON }

  /// The policy in force, or an older version of it, with what the published model makes of people's data.
  ///
  /// - Throws: ``Failure`` with `notFound` for a version that never was in force.
  public func policyReport(version: String? = nil) throws -> PolicyReport {
    try refreshPolicy()
    let book = ledger.book
    guard let policy = version.map({ book[version: $0] }) ?? book.current else {
      throw Failure(
        .notFound, "no such version of the policy", at: "version",
        expected: book.versions.map(\.version).joined(separator: ", "))
    }
    let isInForce = policy.version == book.current.version
    let model = isInForce && Files.exists(store.modelPath) ? try self.model() : nil
    return PolicyReport(
      version: policy.version,
      purposes: Purpose.allCases.map { (name: $0.name, byDefault: policy.defaults.contains($0)) },
      region: policy.region, supportFloor: policy.supportFloor, sensitiveFields: policy.sensitiveFields.sorted(),
      isInForce: isInForce, summary: policy.summary.map { (language: $0.language, text: $0.text) },
      versions: try book.versions.enumerated().map { number, policy in
        PolicyVersion(
          version: policy.version, published: try store.timeOfPolicy(Int64(number)).map { Timestamp(milliseconds: $0) },
          material: policy.material.purposes.map(\.name))
      },
      model: model?.parameters.name, parameters: model.map { PolicyReport.parameters(of: $0.parameters) } ?? [],
      generalShare: model.map { Double($0.parameters.general.share) / 65_536 },
      document: policy.json.bytes)
  }

  /// Puts a new version of the policy in force; durable when it returns.
  ///
  /// Purposes that it changes materially are off for everybody until they consent anew. Where `training` is off for
  /// somebody by it, or more people must stand behind what is shown than before, or other fields are sensitive, the
  /// model is published anew before this returns. Of those whom it makes children everything is deleted, as by
  /// ``setAge(_:of:region:)``. Older versions are kept.
  ///
  /// - Parameter json: A policy file; see `models/README.md`.
  /// - Throws: ``Failure``: `badInput` for what is no policy, `usage` for a version that has been in force already,
  ///   `refused` where it would move people's data out of the region that it was collected in.
  public func publishPolicy(_ json: [UInt8]) throws -> PolicyReport {
    let policy = try Policy(json: json)
    var removal = Removal()
    try store.transaction {
      try refreshPolicy()
      let before = self.policy
      guard ledger.book[version: policy.version] == nil else {
        throw Failure(
          .usage, "a policy of this version has been in force already", at: "version", expected: "a new name")
      }
      if let region = before.region, policy.region != region, try store.peopleCount() > 0 {
        throw Failure(
          .refused, "this would move the data of everybody here out of its region", at: "region",
          expected: "the region of the policy in force: \(region)",
          remedy: "Export those who consent to transfer, and import them into a store of the other region")
      }
      // What it changes materially is off from here on, and other ages may make children of some.
      try notifyingRecipients {
        try store.appendPolicy(policy.json.bytes, time: wall().milliseconds)
        try refreshPolicy()
      }
      try note("policy.publish", person: nil, changes: true)
      // What the segments rest on holds no more; the next training forms them by the new version.
      if policy.material.contains(.advertising) || policy.segmentFloor > before.segmentFloor
        || policy.sensitiveFields != before.sensitiveFields
      {
        try store.clearSegments()
      }
      try leaveSegmentsWithoutConsent()
      try store.advanceGeneration()
      try withdrawContributionsWithoutConsent()
      if policy.ages != before.ages { try discardMinors(&removal) }
      let isStricter = policy.supportFloor > before.supportFloor || policy.sensitiveFields != before.sensitiveFields
      if isStricter, Files.exists(store.modelPath), try store.tick() > 0 {
        // As a withdrawal: on record with the policy, so that no crash and nobody who writes leaves it undone.
        try store.advanceGeneration()
        try store.setPendingRetraction(-(try store.generation()))
        try dropSearches()
      }
    }
    try refreshPolicy()
    cache.removeAll()
    published = nil
    if removal.replaced.isEmpty {
      try leaveModel()
    } else {
      try finishErasure(removal.retraction, touched: removal.touched, patience: Engine.patience)
    }
    cache.removeAll()
    return try policyReport()
  }
}

extension PolicyReport {
  /// What counts in a ranking, in units of what one fresh view gives its closest related item; greatest first.
  ///
  /// The scales of the model's numbers are such that 1.0 is one unit everywhere: see the table of arithmetic in
  /// Architecture.
  static func parameters(of model: ModelParameters) -> [PolicyParameter] {
    func fraction(_ number: Int64) -> Double { Double(number) / 65_536 }
    var all = EventKind.allCases.compactMap { kind -> PolicyParameter? in
      let rule = model.events[Int(kind.rawValue)]
      if rule.strength == 0 || kind == .search || kind == .impression { return nil }
      return PolicyParameter(
        name: kind.name, weight: fraction(rule.strength),
        halfLifeDays: rule.halfLifeDays == 0 ? nil : fraction(rule.halfLifeDays))
    }
    let search = fraction(model.events[Int(EventKind.search.rawValue)].strength)
    let others = [
      ("tags", fraction(model.tags.weight)), ("search", fraction(model.tags.weight) * search),
      ("popularity", fraction(model.general.weight)), ("again", fraction(model.query.repeat)),
      ("related", fraction(model.query.hop)),
    ]
    all += others.filter { $0.1 != 0 }.map { PolicyParameter(name: $0.0, weight: $0.1, halfLifeDays: nil) }
    return all.sorted { ($1.weight.magnitude, $0.name) < ($0.weight.magnitude, $1.name) }
  }
}
