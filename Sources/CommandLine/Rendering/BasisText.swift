import Attune
import Vocabulary

/// Whose tags counted in an answer.
enum Liking {
  case person, segment, items

  init(_ basis: Basis, segment: String?) {
    self = basis == .contextual ? .items : segment == nil ? .person : .segment
  }
}

/// What an answer was computed from, in plain words.
enum BasisText {
  /// `who` is how the person may be called, already masked; `nil` where nobody was named.
  static func sentence(
    _ basis: Basis, reason: String?, segment: String? = nil, purpose: Purpose, who: String?
  ) -> String {
    switch basis {
    case .personal:
      if let segment {
        return "By segment: from what people who like \(Origin.name(ofTag: segment)) like on average, "
          + "and nothing of \(who ?? "the person") themselves."
      }
      return "Personal: from the history and profile of \(who ?? "the person")."
    case .contextual:
      return "Contextual: only from the items named in the request" + because(reason, purpose, who)
    case .general:
      return "General: the same for everybody" + because(reason, purpose, who)
    }
  }

  private static func because(_ reason: String?, _ purpose: Purpose, _ who: String?) -> String {
    let person = who ?? "the person"
    return switch reason {
    case nil: "."
    case "decommissioned": ". The store is decommissioned: nothing is held of anybody."
    case "opted-out": ". There is no consent of \(person) to \(purpose.name), so nothing of their history was read."
    case "no-history": ". Nothing is known about \(person) yet."
    case "no-segment": ". \(person.first?.uppercased() ?? "")\(person.dropFirst()) is in no segment of enough people."
    case "anonymous": ". Nobody was named in the request."
    case "signal": ". The request carried a Global Privacy Control signal, so nothing of \(person)'s history was read."
    case "minor": ". It is made without regard to the person, because they are a minor."
    case "sort": ". The order asked for reads nothing about anybody."
    case "policy": ". The policy in force allows no other."
    case .some(let other): ", because of: \(DisplayText.safe(other))."
    }
  }
}
