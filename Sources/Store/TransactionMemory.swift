import Vocabulary

/// What a transaction has already looked up.
///
/// Nobody else can write while it lasts, so it stays true. An import asks for the same people and items batch after
/// batch; a hash look-up costs a twentieth of a query. A table that has reached its limit stops growing, and questions
/// beyond it go to the database again.
struct TransactionMemory {
  /// Entries a table.
  private let limit: Int

  private(set) var people: [Pseudonym: PersonID] = [:]
  private(set) var items: [[UInt8]: ItemNumber] = [:]
  /// The source grant last noted for a person met before this transaction.
  private var sources: [PersonID: Int64] = [:]
  /// The same for the people this transaction has added, in order of number; 0 for none.
  private var newSources: [Int64] = []
  /// The number of the last person before this transaction.
  private let lastPerson: Int64
  /// The people with ledger rows of their own, once somebody has asked.
  var choosers: Set<PersonID>?

  mutating func note(_ person: PersonID, _ pseudonym: Pseudonym) {
    if people.count < limit { people[pseudonym] = person }
  }

  /// People added by this transaction whose pseudonyms are yet to be written.
  private var newPeople: [(Pseudonym, PersonID)] = []
  /// Whether every person added by this transaction is in ``people``.
  private(set) var holdsAllNewPeople = true

  init(lastPerson: Int64, limit: Int) {
    self.lastPerson = lastPerson
    self.limit = limit
  }

  /// Notes a person new to the store, numbered one above the last; false where the tables are full and the pseudonym
  /// must be written now.
  mutating func noteNew(_ person: PersonID, _ pseudonym: Pseudonym, source: Int64?) -> Bool {
    newSources.append(source ?? 0)
    guard people.count < limit else {
      holdsAllNewPeople = false
      return false
    }
    people[pseudonym] = person
    newPeople.append((pseudonym, person))
    return true
  }

  /// The people whose pseudonyms are yet to be written, in order of pseudonym.
  mutating func takeNewPeople() -> [(Pseudonym, PersonID)] {
    defer { newPeople = [] }
    return newPeople.sorted { ($0.0.high, $0.0.low) < ($1.0.high, $1.0.low) }
  }

  mutating func note(_ item: ItemNumber, _ id: [UInt8]) {
    if items.count < limit { items[id] = item }
  }

  /// The source grant last noted for a person, 0 for none; `nil` where nothing is known here.
  func source(of person: PersonID) -> Int64? {
    let index = Int(person.rawValue - lastPerson) - 1
    return index < 0 ? sources[person] : newSources[index]
  }

  mutating func note(_ person: PersonID, source: Int64) {
    let index = Int(person.rawValue - lastPerson) - 1
    if index >= 0 {
      newSources[index] = source
    } else if sources.count < limit {
      sources[person] = source
    }
  }

  /// Forgets a person about to be deleted.
  mutating func forget(_ person: PersonID) {
    people = people.filter { $0.value != person }
    if person.rawValue > lastPerson { note(person, source: 0) } else { sources[person] = nil }
  }
}
