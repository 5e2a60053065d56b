import Retrieval
package import Vocabulary

/// Everything that explains one answer, with no model at hand.
///
/// Scores are not believed but recomputed: a place keeps the factors and weights of its contributions, and
/// ``Place/score`` multiplies them out again.
package struct DecisionRecord: Hashable, Sendable {
  /// A thing that counted.
  package struct Term: Hashable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable {
      case history = 0
      case context = 1
      case related = 2
      case `repeat` = 3
      case tag = 4
      case general = 5
      /// A tag that the target factor multiplies.
      case tagByTarget = 6
      /// A word of a search.
      case word = 7
      /// A word after which people chose the item.
      case searched = 8

      /// The word used in JSON.
      package var name: String { Kind.names[Int(rawValue)] }

      private static let names = allCases.map { $0.isTag ? "tag" : "\($0)" }

      package var isTag: Bool { self == .tag || self == .tagByTarget }
    }

    package var kind: Kind
    /// The item's outside id, the tag's text, or the word; empty for `general`.
    package var name: String
    /// The kind and time of the event behind a `history` term.
    package var event: EventKind?
    package var time: Timestamp?
    /// What weights are multiplied with; see `QueryVector`.
    ///
    /// For a `repeat`, its points.
    package var factor: Int64

    package init(kind: Kind, name: String, event: EventKind? = nil, time: Timestamp? = nil, factor: Int64) {
      self.kind = kind
      self.name = name
      self.event = event
      self.time = time
      self.factor = factor
    }
  }

  /// A term's part in one item's score.
  package struct Part: Hashable, Sendable {
    /// Index into ``DecisionRecord/terms``.
    package var term: Int
    package var weight: UInt32

    package init(term: Int, weight: UInt32) {
      self.term = term
      self.weight = weight
    }
  }

  /// One item of the answer.
  package struct Place: Hashable, Sendable {
    package var item: String
    package var rank: Int
    /// What placed it, by `Placement`'s raw value.
    package var placement: UInt8
    /// The item's target factor, Q16.
    package var target: UInt32
    package var parts: [Part]

    package init(item: String, rank: Int, placement: UInt8, target: UInt32, parts: [Part]) {
      self.item = item
      self.rank = rank
      self.placement = placement
      self.target = target
      self.parts = parts
    }
  }

  package var time: Timestamp
  /// The store's clock for the answer.
  package var asOf: Timestamp
  package var purpose: Purpose
  /// `personal`, `contextual` or `general`.
  package var basis: String
  package var reason: String?
  package var policy: String
  /// Digests of the learned and the catalogue segment, 32 bytes each.
  package var model: [UInt8]
  package var catalogue: [UInt8]
  /// The newest event that could be used.
  package var watermark: Int64
  package var count: Int
  package var offset: Int
  package var context: [String]
  package var within: String?
  package var exclude: [String]
  package var among: [String]?
  package var terms: [Term]
  package var places: [Place]
  /// Counts by cause, in the order of `NotShown.all`.
  package var notShown: [Int]
  /// What was searched for; `nil` for a recommendation.
  package var search: Search?
  /// The leading tag of the segment whose average was read; `nil` where none was.
  package var segment: String?

  /// A search as it was asked.
  package struct Search: Hashable, Sendable {
    package var text: String
    /// The word of the order that was asked for.
    package var sort: String
    /// `field:value` conditions given beside the text.
    package var tags: [String]
    /// The range given beside the text, as it was written; empty for none.
    package var price: String

    package init(text: String, sort: String, tags: [String], price: String) {
      self.text = text
      self.sort = sort
      self.tags = tags
      self.price = price
    }
  }

  package init(
    time: Timestamp, asOf: Timestamp, purpose: Purpose, basis: String, reason: String?, policy: String,
    model: [UInt8], catalogue: [UInt8], watermark: Int64, count: Int, offset: Int, context: [String], within: String?,
    exclude: [String], among: [String]?, terms: [Term], places: [Place], notShown: [Int]
  ) {
    self.time = time
    self.asOf = asOf
    self.purpose = purpose
    self.basis = basis
    self.reason = reason
    self.policy = policy
    self.model = model
    self.catalogue = catalogue
    self.watermark = watermark
    self.count = count
    self.offset = offset
    self.context = context
    self.within = within
    self.exclude = exclude
    self.among = among
    self.terms = terms
    self.places = places
    self.notShown = notShown
  }
}

extension DecisionRecord {
  /// The exact points of one part of a place's score.
  ///
  /// The same arithmetic as retrieval: every contribution is rounded once, by itself.
  package func points(of part: Part, in place: Place) -> Int64 {
    let term = terms[part.term]
    let weight = Int64(part.weight)
    switch term.kind {
    case .history, .context, .related: return ((term.factor &* weight) >> 24) &* Int64(place.target)
    case .repeat: return term.factor
    case .tag: return (term.factor &* weight) << 4
    case .tagByTarget: return ((term.factor &* weight) >> 12) &* Int64(place.target)
    case .general: return (term.factor &* weight) >> 2
    case .word, .searched: return WordQuery.Word.points(factor: term.factor, impact: weight)
    }
  }

  /// The score of a place: the sum of its parts.
  package func score(of place: Place) -> Int64 { place.parts.reduce(0) { $0 &+ points(of: $1, in: place) } }
}
