import Crypto
import Profiles
import Ranking
import Vocabulary

/// Folded profiles and standing instructions of the people asked about lately.
///
/// An entry is good for one state of the store (its generation counts every write that concerns people) and one clock;
/// either changing empties the cache, so nothing outlives a withdrawal. Bounded by ``limit`` people.
struct PersonCache {
  struct Key: Hashable {
    var person: PersonID
    var purpose: Purpose
  }

  /// What an answer needs of a person, where the ledger allows it.
  struct Entry {
    var profile: Profile
    /// The clock the profile was folded by.
    var asOf: Timestamp
    var watermark: Int64
    var key: SymmetricKey
    /// The segment whose average the profile is; `nil` for the person's own.
    var segment: String?
  }

  /// Of each sort of entry so many are kept.
  var limit: Int
  /// Profiles in memory.
  var count: Int { entries.count }

  private var entries: [Key: Entry] = [:]
  private var instructions: [PersonID: Instructions] = [:]
  private var people: [ExactText: PersonID] = [:]
  private(set) var generation: Int64 = -1

  init(limit: Int = 20_000) { self.limit = limit }

  mutating func refresh(generation: Int64) {
    if generation != self.generation { removeAll() }
    self.generation = generation
  }

  /// Keeps everybody else's entries over a write that concerned only these people, and was the only one since.
  mutating func forget(_ changed: Set<PersonID>, from old: Int64, to new: Int64) {
    guard generation == old else { return }
    for person in changed {
      instructions[person] = nil
      for purpose in Purpose.allCases { entries[Key(person: person, purpose: purpose)] = nil }
    }
    generation = new
  }

  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    instructions.removeAll(keepingCapacity: true)
    people.removeAll(keepingCapacity: true)
  }

  subscript(key: Key) -> Entry? {
    get { entries[key] }
    set {
      if entries.count >= limit { entries.removeAll(keepingCapacity: true) }
      entries[key] = newValue
    }
  }

  subscript(instructionsOf person: PersonID) -> Instructions? {
    get { instructions[person] }
    set {
      if instructions.count >= limit { instructions.removeAll(keepingCapacity: true) }
      instructions[person] = newValue
    }
  }

  subscript(subject: String) -> PersonID? {
    get { people[ExactText(subject)] }
    set {
      if people.count >= limit { people.removeAll(keepingCapacity: true) }
      people[ExactText(subject)] = newValue
    }
  }
}
