public import Vocabulary

/// What to import and how to read it, as typed at a command line.
public struct ImportInput: Sendable {
  /// A file's path, or `-` for standard input.
  public var path: String
  /// What the report and messages call the file; `nil` for its path.
  public var name: String?
  /// `auto`, `ndjson`, `csv`, `tsv` or `combined`.
  public var format = "auto"
  /// `ROLE=COLUMN` pairs separated by commas; `ROLE=:text` is a constant.
  public var map: String?
  /// The column names of a file without a header.
  public var columns: String?
  /// Translations of foreign kinds, such as `addtocart=cart`; `x=-` leaves a kind out.
  public var kinds: String?
  /// What divides the values of a multi-valued cell.
  public var separator = "|"
  /// What divides the cells of a line; guessed where not given.
  public var delimiter: String?
  /// Lines to leave out at the start of the file.
  public var skipLines = 0
  /// For web server logs: which request paths are item views, and which are searches.
  public var itemPattern: String?
  public var searchPattern: String?
  /// Stop at the first line that cannot be understood.
  public var strict = false
  /// Where to write the positions and reasons of rejected lines; `nil` for nowhere.
  public var rejects: String?
  /// Write the rejected lines themselves as well.
  public var keepLines = false
  /// The log was collected under consent for ``grantedPurposes``.
  public var grantAll = false
  public var grantedPurposes = Purpose.together
  /// The name of the source in the ledger; the file's name where not given.
  public var source: String?
  /// Keep importing while the file grows.
  public var follow = false
  /// Import even a file that was imported before.
  public var again = false
  /// Asked several times a second; true ends a followed import.
  public var shouldStop: @Sendable () -> Bool = { false }

  public init(path: String) { self.path = path }
}
