import Attune
import Vocabulary

/// What a part of a score came from, put into words.
struct Origin {
  /// `history`, `context`, `tag`, `related`, `repeat`, `general`, `word`, `searched` or `other`.
  var kind: String
  var item: String?
  var title: String?
  var event: String?
  var tag: String?
  var word: String?
  /// Whether it counts for the item.
  var isInFavor = true
  var liking = Liking.person

  init(_ cause: Report.Cause, _ liking: Liking) {
    (kind, item, title, event, tag) = (cause.kind, cause.item, cause.title, cause.event, cause.tag)
    word = cause.word
    (isInFavor, self.liking) = (cause.share >= 0, liking)
  }

  init(_ contribution: Report.Contribution, _ liking: Liking) {
    kind = contribution.kind
    (item, title, event, tag) = (contribution.item, contribution.title, contribution.event, contribution.tag)
    word = contribution.word
    (isInFavor, self.liking) = (contribution.points >= 0, liking)
  }

  init(_ counterfactual: Report.Counterfactual) {
    kind = counterfactual.kind
    (item, title, event, tag) = (counterfactual.item, counterfactual.title, nil, counterfactual.tag)
  }

  /// Whom the words are about.
  enum Subject: String {
    case you, it
    case segment = "the segment"
  }

  /// The origin as a clause: `you` “viewed …”, `it` “is popular”.
  var clause: (subject: Subject, predicate: String) {
    switch kind {
    case "history": (.you, "\(Self.deed(event)) \(itemName)")
    case "context": (.you, "are looking at \(itemName)")
    case "tag" where liking == .items: (.it, isInFavor ? "shares \(tagName)" : "has \(tagName)")
    case "tag" where liking == .segment: (.segment, "\(isInFavor ? "likes" : "does not care for") \(tagName)")
    case "tag": (.you, "\(isInFavor ? "like" : "do not care for") \(tagName)")
    case "related": (.it, item == nil ? "is related to your history" : "is related to \(itemName)")
    case "repeat": (.you, "have had it before")
    case "general": (.it, "is popular with many people")
    case "word": (.it, "has “\(DisplayText.safe(word ?? ""))”")
    case "searched": (.it, "was chosen by people who searched for “\(DisplayText.safe(word ?? ""))”")
    case "other": (.it, "has smaller causes besides")
    default: (.it, "has \(DisplayText.safe(kind)) \(tag ?? item ?? "")".trimmingTrailingSpaces)
    }
  }

  /// The origin as a noun, for “without …”.
  var noun: String {
    switch kind {
    case "history": item == nil ? "your history" : "\(itemName) in your history"
    case "context": "\(itemName) in the request"
    case "tag": "the \(isTerm ? "word" : "tag") \(tagName)"
    case "related": "what is related to \(itemName)"
    case "repeat": "your having had it before"
    case "general": "its popularity"
    default: DisplayText.safe(kind)
    }
  }

  /// The item's title in quotation marks, or its id where it has none.
  var itemName: String {
    if let title, !title.isEmpty { return "“\(DisplayText.truncate(DisplayText.safe(title), to: 40))”" }
    return item.map { DisplayText.safe($0) } ?? "an item"
  }

  var tagName: String { tag.map { Self.name(ofTag: $0) } ?? "a tag" }

  private var isTerm: Bool { tag.map { Tag.field(of: $0) == "term" } ?? false }

  /// A tag for people: as it is, but a search term as the word itself in quotation marks.
  static func name(ofTag tag: String) -> String {
    let text = DisplayText.safe(tag)
    return Tag.field(of: text) == "term" ? "“\(text.dropFirst(5))”" : text
  }

  /// What was done, in the past tense, before its object.
  static func deed(_ event: String?) -> String {
    switch event.flatMap({ EventKind(name: $0) }) {
    case .view: "viewed"
    case .click: "clicked"
    case .search: "searched for"
    case .favorite: "saved"
    case .cart: "put into the cart"
    case .purchase: "bought"
    case .aftersales: "had a return or repair of"
    case .follow: "followed"
    case .share: "shared"
    case .publish: "published"
    case .rate: "rated"
    case .impression: "were shown"
    case .dislike: "disliked"
    case .hide: "hid"
    case nil: "had to do with"
    }
  }
}

extension [Report.Cause] {
  /// The causes as one sentence: `because you viewed “X” (41 %) and like brand:acme (22 %)`.
  func sentence(_ liking: Liking) -> String {
    let (supporting, opposing) = (filter { $0.share >= 0 }, filter { $0.share < 0 })
    var parts: [String] = []
    if !supporting.isEmpty { parts.append("because \(supporting.clauses(liking))") }
    if !opposing.isEmpty { parts.append("although \(opposing.clauses(liking))") }
    return parts.joined(separator: ", ")
  }

  /// The clauses in a row, each with its share; a subject is named where it changes.
  private func clauses(_ liking: Liking) -> String {
    var last: Origin.Subject?
    let clauses = map { cause in
      let (subject, predicate) = Origin(cause, liking).clause
      defer { last = subject }
      return (subject == last ? "" : "\(subject.rawValue) ") + "\(predicate) (\(Wording.percent(cause.share)))"
    }
    return Wording.list(clauses)
  }
}
