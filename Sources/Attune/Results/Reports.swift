public import Vocabulary

/// What an import did.
public struct ImportReport: Sendable {
  /// `items` or `events`.
  public var what: String
  public var file: String
  public var format = ""
  /// Lines read, admitted (events) or stored (items).
  public var read = 0
  public var admitted = 0
  /// Lines that could not be understood.
  public var rejected = 0
  /// Lines left out on purpose (`--kinds x=-`, events already imported by id, requests that are no item views).
  public var ignored = 0
  /// Events that consent did not allow, by reason; no other trace of them is kept.
  public var refused: [(reason: String, count: Int)] = []
  /// Fields that the policy or the person does not let be kept, by name, of events that came in without them.
  public var dropped: [(field: String, count: Int)] = []
  /// Rejects by reason, most frequent first.
  public var rejectedBy: [(reason: String, count: Int)] = []
  /// Where the positions and reasons of rejected lines were written.
  public var rejectsFile: String?
  /// Columns of the input that no role took; their contents were dropped.
  public var unusedColumns: [String] = []
  /// The file had been imported before, at this time; nothing was changed.
  public var importedBefore: Timestamp?
  /// The store's clock was fixed here, at the newest event of a log of the past.
  public var clock: Timestamp?
  public var people = 0
  public var items = 0
  public var seconds = 0.0
}

/// Progress of a long job.
public struct Progress: Sendable {
  /// What is being done now, such as `reading events`.
  public var stage: String
  /// Done so far, 0…1; `nil` where the end is not known.
  public var fraction: Double?
  /// Things handled so far, in lines or rows.
  public var count: Int

  package init(stage: String, fraction: Double?, count: Int) {
    self.stage = stage
    self.fraction = fraction
    self.count = count
  }
}

/// What training published.
public struct TrainingReport: Sendable {
  public var digest: String
  public var model: String
  public var people: Int
  public var events: Int
  public var items: Int
  public var rows: Int
  public var pairs: Int
  /// The smallest number of people behind anything published.
  public var support: Int
  public var bytes: Int64
  public var seconds: Double
}

/// What a store holds.
public struct StatusReport: Sendable {
  public var store: String
  public var subjects: Int
  public var items: Int
  public var events: Int
  public var tags: Int
  public var decisions: Int
  /// The digest of the published model; `nil` before the first training.
  public var model: String?
  public var modelName: String?
  /// When the model was published.
  public var trained: Timestamp?
  /// The fixed clock of the store; `nil` for the wall clock.
  public var asOf: Timestamp?
  public var ledgerEntries: Int
  public var policy: String
  /// Since when the store takes in nobody any more; `nil` for a store at work.
  public var decommissioned: Timestamp?
}

/// A person's profile: what answers for a purpose are made from.
public struct ProfileReport: Sendable {
  public var subject: String
  public var purpose: Purpose
  /// Whether the purpose is on for the person; if not, `tags` is empty because nothing was read.
  public var allowed: Bool
  /// Why answers are the same for everybody, as they say it: `opted-out`, `minor`, `no-history`, `no-segment`.
  public var reason: String?
  /// For advertising: the leading tag of the person's segment, whose average `tags` are; no event is behind them.
  public var segment: String?
  public var tags: [ProfileTag]
  /// Tags the person removed; they are not inferred until restored.
  public var removed: [String]
  public var events: Int
}

/// One tag of a profile.
public struct ProfileTag: Sendable {
  public var tag: String
  /// In the profile's fixed-point unit: 65,536 is one fresh view of an item that is nothing but this tag.
  public var weight: Int64
  /// Set by the person rather than inferred.
  public var added: Bool
  public var from: [ProfileSource]
}

/// An event that a profile tag came from.
public struct ProfileSource: Sendable {
  public var event: String
  public var item: String?
  public var title: String?
  /// The words of a search.
  public var query: String?
  public var time: Timestamp
  public var weight: Int64
}

/// The state of every purpose and permission of one person.
public struct ConsentReport: Sendable {
  public var subject: String
  public var purposes: [ConsentState]
}

/// One switch.
public struct ConsentState: Sendable {
  public var purpose: Purpose
  public var allowed: Bool
  /// What decided: `own` (the person's choice), `source` (a log collected under consent), `policy` (the default) or `age`
  /// (off for a child).
  public var by: String
  /// Since when; `nil` for the policy's default.
  public var since: Timestamp?
}

/// What a person has told the engine to leave out, and the tags they set.
public struct InstructionsReport: Sendable {
  public var subject: String
  public var items: [String]
  public var similar: [String]
  /// Blocked tags, categories (`category:…`) and sellers (`seller:…`).
  public var tags: [String]
  public var removedTags: [String]
  public var addedTags: [String]
  /// When the person's tags began anew, if they did.
  public var reset: Timestamp?
}
