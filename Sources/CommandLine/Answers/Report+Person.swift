import Vocabulary

extension Report {
  /// A person's profile: what answers for a purpose are made from.
  struct Profile {
    var subject: String
    var purpose: Purpose
    /// Whether the purpose is on for the person; if not, nothing was read.
    var allowed: Bool
    /// Why answers are the same for everybody.
    var reason: String?
    /// Whose average the tags are, in place of anything of the person's.
    var segment: String?
    var tags: [ProfileTag]
    /// Tags the person removed.
    var removed: [String]
    var events: Int
  }

  /// One tag of a profile.
  struct ProfileTag {
    var tag: String
    /// 65,536 is one fresh view of an item that is nothing but this tag.
    var weight: Int64
    /// Set by the person rather than inferred.
    var added: Bool
    var from: [ProfileSource]
  }

  /// An event that a profile tag came from.
  struct ProfileSource {
    var event: String
    var item: String?
    var title: String?
    /// The words of a search.
    var query: String?
  }

  /// The state of every purpose and permission of one person.
  struct Consent {
    var subject: String
    var purposes: [ConsentState]
  }

  /// One switch.
  struct ConsentState {
    var purpose: Purpose
    var allowed: Bool
    /// What decided: `own`, `source` or `policy`.
    var by: String
    /// Since when; `nil` for the policy's default.
    var since: Timestamp?
  }

  /// What is known of a person's age.
  struct Age {
    var subject: String
    /// `adult`, `guarded` or `minor`.
    var standing: String
    var born: Int?
    var from: Int
    var ofAge: Timestamp?
    var deleted: Int
  }

  /// What a person has told the engine to leave out, and the tags they set.
  struct Instructions {
    var subject: String
    var items: [String]
    var similar: [String]
    var tags: [String]
    var removedTags: [String]
    var addedTags: [String]
    /// When the tags began anew.
    var reset: Timestamp?
  }
}

extension Report.Profile: ReadableResult {
  init(_ object: ResultObject) throws {
    subject = try object.text("subject")
    purpose = try object.purpose("purpose")
    allowed = try object.flag("allowed")
    reason = object.textIfAny("reason")
    segment = object.textIfAny("segment")
    tags = try object.list("tags")
    removed = try object.texts("removed")
    events = try object.count("events")
  }
}

extension Report.ProfileTag: ReadableResult {
  init(_ object: ResultObject) throws {
    tag = try object.text("tag")
    weight = try object.integer("weight")
    added = try object.flag("added")
    from = try object.list("from")
  }
}

extension Report.ProfileSource: ReadableResult {
  init(_ object: ResultObject) throws {
    event = try object.text("event")
    item = object.textIfAny("item")
    title = object.textIfAny("title")
    query = object.textIfAny("query")
  }
}

extension Report.Age: ReadableResult {
  init(_ object: ResultObject) throws {
    subject = try object.text("subject")
    standing = try object.text("standing")
    born = object.integerIfAny("born").map { Int(clamping: $0) }
    from = try object.count("from")
    ofAge = try object.timeIfAny("ofAge")
    deleted = try object.count("deleted")
  }
}

extension Report.Consent: ReadableResult {
  init(_ object: ResultObject) throws {
    subject = try object.text("subject")
    purposes = try object.list("purposes")
  }
}

extension Report.ConsentState: ReadableResult {
  init(_ object: ResultObject) throws {
    purpose = try object.purpose("purpose")
    allowed = try object.flag("allowed")
    by = try object.text("by")
    since = try object.timeIfAny("since")
  }
}

extension Report.Instructions: ReadableResult {
  init(_ object: ResultObject) throws {
    let blocked = try object.object("blocked")
    subject = try object.text("subject")
    items = try blocked.texts("items")
    similar = try blocked.texts("similar")
    tags = try blocked.texts("tags")
    removedTags = try object.texts("removedTags")
    addedTags = try object.texts("addedTags")
    reset = try object.timeIfAny("reset")
  }
}
