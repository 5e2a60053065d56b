/// The signal `Sec-GPC` of a browser: do not sell or share what I do here (Global Privacy Control, W3C draft).
package enum GlobalPrivacyControl {
  /// Whether a value of the header, as it came, asks for it: all but `0` does, because a signal that cannot be read is
  /// read in the person's favour.
  package static func isSet(_ value: String) -> Bool {
    !value.utf8.filter { $0 != 32 && $0 != 9 }.elementsEqual("0".utf8)
  }
}
