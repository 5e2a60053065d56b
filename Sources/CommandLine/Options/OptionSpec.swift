/// One row of a verb's option table: what the parser accepts and what the help shows.
struct OptionSpec: Sendable {
  /// What follows the option.
  enum Argument: Sendable, Equatable {
    case none
    /// `--name VALUE` or `--name=VALUE`.
    case required(String)
    /// `--name` or `--name=VALUE`, never two words, as `getopt_long` has it.
    case optional(String)
  }

  /// The long name, without dashes.
  var long: String
  var short: Character?
  var argument: Argument
  /// Whether the option may be given more than once.
  var repeats: Bool
  /// One or two sentences for the help.
  var help: String

  init(_ long: String, short: Character? = nil, _ argument: Argument, repeats: Bool = false, _ help: String) {
    self.long = long
    self.short = short
    self.argument = argument
    self.repeats = repeats
    self.help = help
  }

  /// An option without a value.
  init(flag long: String, short: Character? = nil, _ help: String) {
    self.init(long, short: short, .none, help)
  }

  /// The option as the help's left column shows it, such as `-n, --count N`.
  var heading: String {
    let name = (short.map { "-\($0), " } ?? "    ") + "--\(long)"
    switch argument {
    case .none: return name
    case .required(let value): return "\(name) \(value)"
    case .optional(let value): return "\(name)[=\(value)]"
    }
  }
}

/// Options that every verb takes.
extension OptionSpec {
  static let store = OptionSpec(
    "store", .required("PATH"), "The store's folder. Without it $ATTUNE_STORE, else ./store.attune.")
  static let socket = OptionSpec(
    "socket", .required("PATH"),
    "Where the store's daemon listens; without a daemon there the store itself is opened. Without it $ATTUNE_SOCKET, "
      + "else attuned.sock in the store's folder.")
  static let json = OptionSpec(flag: "json", "Exact JSON on standard output instead of text for people.")
  static let unmask = OptionSpec(flag: "unmask", "Show people's ids in full; without it they read like u…42.")
  static let help = OptionSpec(flag: "help", short: "h", "Show this help.")
}
