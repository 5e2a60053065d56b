import Vocabulary

extension ErasureReceipt: JSONWritable {
  /// The receipt as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("erased", true)
      $0.member("people", people)
      $0.member("events", events)
      $0.member("decisions", decisions)
      $0.member("ledgerEntries", ledgerEntries)
      $0.member("items", items)
      $0.member("keyDestroyed", true)
      $0.member("modelBefore", modelBefore)
      $0.member("modelAfter", modelAfter)
      $0.member("ledgerEntry", ledgerEntry)
      $0.member("seconds", seconds)
      // It is said outright that this is to come.
      if verified == nil {
        $0.key("verified")
        $0.null()
      }
      $0.member("verified", verified)
      $0.member("proof", proof)
    }
  }
}

extension VerificationReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("holds", holds)
      $0.member("people", people)
      $0.member("returned", returned)
      $0.member("rows", rows)
      $0.member("residue", residue)
      $0.member("ledger", ledger)
      $0.member("erased", erased)
      $0.member("bytes", bytes)
      $0.member("seconds", seconds)
    }
  }
}
