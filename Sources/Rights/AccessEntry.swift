import Vocabulary

/// Who looked at or changed what is held of somebody.
package struct AccessEntry: Equatable, Sendable {
  /// `officer`, `serve` or `subject`, or `library` for a program that has the engine in itself.
  package var role: String
  /// The caller's account on this machine, where there is one.
  package var account: UInt32?
  /// The operation, by the name of its method.
  package var act: String
  package var isChange: Bool
  /// Whose data it was, by their outside id; `nil` where the operation did not name them so.
  package var subject: String?

  package init(role: String, account: UInt32?, act: String, isChange: Bool, subject: String?) {
    self.role = role
    self.account = account
    self.act = act
    self.isChange = isChange
    self.subject = subject
  }

  package var encoded: [UInt8] {
    var bytes: [UInt8] = [1, isChange ? 1 : 0]
    bytes.appendText(role)
    bytes.appendVarint(account.map { UInt64($0) + 1 } ?? 0)
    bytes.appendText(act)
    bytes.append(subject == nil ? 0 : 1)
    if let subject { bytes.appendText(subject) }
    return bytes
  }

  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == 1, let isChange = reader.byte(), let role = reader.text(), let account = reader.varint(),
      let act = reader.text(), let isNamed = reader.byte()
    else { return nil }
    let subject = isNamed == 1 ? reader.text() : nil
    guard reader.isAtEnd, isNamed == 0 || subject != nil else { return nil }
    self.init(
      role: role, account: account == 0 ? nil : UInt32(truncatingIfNeeded: account - 1), act: act,
      isChange: isChange == 1, subject: subject)
  }
}
