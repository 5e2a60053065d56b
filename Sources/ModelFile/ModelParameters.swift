package import Vocabulary

/// The parameters of a ranking model, in fixed point, as published with it.
///
/// Fractions are Q16 (65,536 is 1.0); the file writes them as decimals. ``ParameterKey/all`` lists every number with its
/// range.
package struct ModelParameters: Hashable, Sendable {
  /// What an event of one kind counts.
  package struct Event: Hashable, Sendable {
    /// Q16, −100…100; 0 leaves the kind out.
    package var strength: Int64 = 0
    /// Days until the weight has halved, Q16; 0 for never.
    package var halfLifeDays: Int64 = 0
  }

  /// The strength of ratings from a value on.
  package struct Rate: Hashable, Sendable {
    /// Thousandths.
    package var value: Int32
    /// Q16, negative below the middle.
    package var strength: Int64
  }

  /// Items met in these ways lately are not shown again.
  package struct Seen: Hashable, Sendable {
    package var kinds: [EventKind]
    /// Q16; 0 for ever.
    package var days: Int64

    package init(kinds: [EventKind], days: Int64) {
      self.kinds = kinds
      self.days = days
    }
  }

  package struct Timeline: Hashable, Sendable {
    package var cap: Int64 = 500
    package var window: Int64 = 0
    package var gapDecay: Int64 = FixedPoint.one16
    package var backward: Int64 = FixedPoint.one16
    package var subjectExponent: Int64 = FixedPoint.one16
  }

  package struct Rows: Hashable, Sendable {
    package var neighbors: Int64 = 200
    package var support: Int64 = 3
    package var exponent: Int64 = FixedPoint.one16
    package var refine: Int64 = 0
    package var ridge: Int64 = 20 << 16
  }

  package struct Query: Hashable, Sendable {
    package var sourceExponent: Int64 = FixedPoint.one16 / 2
    package var targetExponent: Int64 = FixedPoint.one16 / 4
    package var positionDecay: Int64 = 0
    package var `repeat`: Int64 = 0
    package var repeatLatest: Int64 = FixedPoint.one16
    package var hop: Int64 = 0
    package var hopItems: Int64 = 50
    package var history: Int64 = 500
  }

  package struct Tags: Hashable, Sendable {
    package var weight: Int64 = 0
    /// Weights of tag fields; `*` is every field not named.
    ///
    /// The field of words is `term`.
    package var fields: [String: Int64] = ["*": FixedPoint.one16]
  }

  package struct General: Hashable, Sendable {
    package var weight: Int64 = 0
    package var share: Int64 = 0
  }

  package struct Diversity: Hashable, Sendable {
    package var similarity: Int64 = 0
  }

  package var name = "unnamed"
  /// One entry a kind, in order of raw value.
  package var events = ModelParameters.usualEvents
  /// Ascending by value.
  package var rates: [Rate] = []
  package var timeline = Timeline()
  package var rows = Rows()
  package var query = Query()
  package var tags = Tags()
  package var general = General()
  package var diversity = Diversity()
  package var seen: [Seen] = []

  package init() {}

  /// What events count where a file does not say: any interest once, more of it the more it cost.
  private static var usualEvents: [Event] {
    EventKind.allCases.map { kind in
      let (strength, days): (Int64, Int64) =
        switch kind {
        case .view, .click, .search, .rate: (1, 30)
        case .follow, .share: (2, 60)
        case .favorite, .cart: (3, 60)
        case .purchase: (5, 180)
        case .dislike, .hide: (-3, 180)
        case .aftersales, .publish, .impression: (0, 0)
        }
      return Event(strength: strength << 16, halfLifeDays: days << 16)
    }
  }

  /// The weight of a tag's field, Q16.
  package func fieldWeight(of feature: String) -> Int64 {
    tags.fields[String(Tag.field(of: feature))] ?? tags.fields["*"] ?? FixedPoint.one16
  }

  /// The strength of an event in Q16, before any decay.
  package func strength(of kind: EventKind, value: Int32) -> Int64 {
    guard kind == .rate, let rate = rates.last(where: { $0.value <= value }) else {
      return events[Int(kind.rawValue)].strength
    }
    return rate.strength
  }
}

extension ModelParameters {
  /// A number as the file would write it.
  package func value(of key: ParameterKey) -> Double {
    let value = Double(self[keyPath: key.field])
    return key.isFraction ? value / 65_536 : value
  }
}

/// One number of a model file.
package struct ParameterKey: Sendable {
  /// The path in the file, such as `query.repeat`.
  package let path: String
  /// Whether the number may have a fraction (and is kept in Q16).
  package let isFraction: Bool
  package let range: ClosedRange<Double>
  /// What it does, in a sentence.
  package let meaning: String
  let field: any WritableKeyPath<ModelParameters, Int64> & Sendable

  /// Every number, in the order in which the file is written.
  package static let all: [ParameterKey] = [
    ParameterKey(
      "timeline.cap", 1...5000, "Only the latest so many events of a person are learned from.", \.timeline.cap),
    ParameterKey(
      "timeline.window", 0...5000, "Items at most so many steps apart are a pair; 0 for any distance.",
      \.timeline.window),
    ParameterKey(
      "timeline.gapDecay", fraction: 0...1, "What each step between the two multiplies a pair by.", \.timeline.gapDecay),
    ParameterKey(
      "timeline.backward", fraction: 0...1, "What a pair counts from the later item to the earlier.",
      \.timeline.backward),
    ParameterKey(
      "timeline.subjectExponent", fraction: 0...2,
      "A person's pairs are divided by their number of items to this power.",
      \.timeline.subjectExponent),
    ParameterKey("rows.neighbors", 1...1000, "The most related items kept for an item.", \.rows.neighbors),
    ParameterKey(
      "rows.support", 1...1_000_000, "The least number of people behind anything published.", \.rows.support),
    ParameterKey(
      "rows.exponent", fraction: 0...1, "Pairs count in a row by their weight to this power.", \.rows.exponent),
    ParameterKey(
      "rows.refine", 0...500, "Items are regressed on so many of their strongest neighbours; 0 for counts alone.",
      \.rows.refine),
    ParameterKey(
      "rows.ridge", fraction: 0.01...10_000, "The regression's penalty, in people: the more, the nearer to the counts.",
      \.rows.ridge),
    ParameterKey(
      "query.sourceExponent", fraction: -1...2, "How much a history item's popularity is discounted.",
      \.query.sourceExponent),
    ParameterKey(
      "query.targetExponent", fraction: -1...2, "How much a candidate's popularity is discounted.",
      \.query.targetExponent),
    ParameterKey(
      "query.positionDecay", fraction: 0...1000,
      "Events from the end after which weight falls by e; 0 for decay by time.",
      \.query.positionDecay),
    ParameterKey(
      "query.repeat", fraction: 0...1000, "What an item of the history scores itself; 0 for no repeats.", \.query.repeat
    ),
    ParameterKey(
      "query.repeatLatest", fraction: 0...1, "What query.repeat is multiplied by for the item met last.",
      \.query.repeatLatest),
    ParameterKey("query.hop", fraction: 0...10, "The weight of items related to the best related items.", \.query.hop),
    ParameterKey("query.hopItems", 0...200, "How many of the best related items lead further.", \.query.hopItems),
    ParameterKey("query.history", 1...5000, "The most items that act as history.", \.query.history),
    ParameterKey(
      "tags.weight", fraction: 0...100, "The weight of tags and terms against related items.", \.tags.weight),
    ParameterKey(
      "general.weight", fraction: 0...100, "The weight of the general score in every list.", \.general.weight),
    ParameterKey("general.share", fraction: 0...0.5, "The part of a personal list that is general.", \.general.share),
    ParameterKey(
      "diversity.similarity", fraction: 0...1, "Neighbours in a list at least so alike are kept apart; 0 for off.",
      \.diversity.similarity),
  ]

  private init(
    _ path: String, _ range: ClosedRange<Double>, _ meaning: String,
    _ field: any WritableKeyPath<ModelParameters, Int64> & Sendable
  ) {
    (self.path, isFraction, self.range, self.meaning, self.field) = (path, false, range, meaning, field)
  }

  private init(
    _ path: String, fraction range: ClosedRange<Double>, _ meaning: String,
    _ field: any WritableKeyPath<ModelParameters, Int64> & Sendable
  ) {
    (self.path, isFraction, self.range, self.meaning, self.field) = (path, true, range, meaning, field)
  }
}
