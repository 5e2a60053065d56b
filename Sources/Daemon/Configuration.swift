import Protocol
import SystemIO
import Vocabulary

/// What an operator may set in a file, and change while the daemon runs (SIGHUP).
///
/// A JSON object, every member of which may be left out:
///
/// ```json
/// {
///   "officer": {"users": ["dpo"], "groups": ["compliance"]},
///   "serve": {"users": ["www-data", 1001], "groups": []},
///   "trainEvery": 3600,
///   "sweepEvery": 3600,
///   "keepTraining": true,
///   "maxConnections": 4000,
///   "maxPeople": 20000,
///   "maxMemoryMiB": 1024
/// }
/// ```
struct Configuration: Equatable, Sendable {
  /// Users and groups stand by name or by number.
  var access = AccessRules()
  /// Seconds from one training to the next; `nil` for none on a schedule.
  var trainEvery: Int?
  /// Seconds from one sweep to the next; 0 for none on a schedule.
  var sweepEvery = 3600
  /// Whether what the model was learned from is read into memory at the start, so that the first person to be erased is
  /// out of it as fast as the next; else this happens with the first.
  var keepTraining = false
  /// More callers wait to be taken.
  var maxConnections = 4000
  /// So many people's folded profiles are kept in memory.
  var maxPeople = 20_000
  /// Above this resident size what is kept in memory is let go; `nil` for no limit.
  var maxMemoryMiB: Int?

  init() {}

  /// Reads a file.
  ///
  /// - Throws: ``Failure``: `badInput` where it is no such object, or names somebody this machine does not know.
  init(file: String) throws {
    let value: JSONValue
    do { value = try JSONParser.parse(try Files.read(file)[...]) } catch let error as JSONParser.Refusal {
      throw Failure(.badInput, error.what, at: "\(file), byte \(error.place)", expected: "a JSON object")
    }
    guard case .object(let members) = value else {
      throw Failure(.badInput, "the configuration is no object", at: file, expected: "a JSON object")
    }
    for member in members {
      let place = "\(file), \(member.key)"
      switch member.key {
      case "officer": access.officers = try Configuration.accounts(member.value, at: place)
      case "serve": access.serving = try Configuration.accounts(member.value, at: place)
      case "trainEvery": trainEvery = try Configuration.number(member.value, 1...31_536_000, at: place)
      case "sweepEvery": sweepEvery = try Configuration.number(member.value, 0...31_536_000, at: place)
      case "keepTraining": keepTraining = try Configuration.flag(member.value, at: place)
      case "maxConnections": maxConnections = try Configuration.number(member.value, 1...1_000_000, at: place)
      case "maxPeople": maxPeople = try Configuration.number(member.value, 1...100_000_000, at: place)
      case "maxMemoryMiB": maxMemoryMiB = try Configuration.number(member.value, 16...1 << 30, at: place)
      default:
        throw Failure(
          .badInput, "the configuration has a member that means nothing", at: place,
          expected: "officer, serve, trainEvery, sweepEvery, keepTraining, maxConnections, maxPeople or maxMemoryMiB")
      }
    }
  }

  private static func number(_ value: JSONValue, _ range: ClosedRange<Int>, at place: String) throws -> Int {
    guard case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) else {
      throw Failure(
        .badInput, "the setting is out of its range", at: place,
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func flag(_ value: JSONValue, at place: String) throws -> Bool {
    guard case .bool(let flag) = value else {
      throw Failure(.badInput, "the setting is neither true nor false", at: place, expected: "true or false")
    }
    return flag
  }

  private static func accounts(_ value: JSONValue, at place: String) throws -> AccessRules.Accounts {
    let expected = "an object with the lists users and groups"
    guard case .object(let members) = value else {
      throw Failure(.badInput, "the role is no object", at: place, expected: expected)
    }
    var accounts = AccessRules.Accounts()
    for member in members {
      guard member.key == "users" || member.key == "groups", case .array(let names) = member.value else {
        throw Failure(.badInput, "the role has a member that means nothing", at: place, expected: expected)
      }
      for name in names {
        let number: UInt32? =
          switch name {
          case .integer(let number): UInt32(exactly: number)
          case .string(let name): member.key == "users" ? Accounts.user(named: name) : Accounts.group(named: name)
          default: nil
          }
        guard let number else {
          throw Failure(
            .badInput, "one of the \(member.key) is not known here", at: place, expected: "names or numbers of them")
        }
        if member.key == "users" { accounts.users.insert(number) } else { accounts.groups.insert(number) }
      }
    }
    return accounts
  }
}
