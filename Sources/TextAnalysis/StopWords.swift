/// English words that a query may leave unmatched, because they say nothing of what is looked for.
package enum StopWords {
  package static var count: Int { all.count }

  package static func contains(_ term: String) -> Bool { all.contains(term) }

  private static let all: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "that",
    "the", "their", "this", "to", "was", "were", "which", "with",
  ]
}
