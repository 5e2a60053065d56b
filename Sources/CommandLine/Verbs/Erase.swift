import SystemIO
import Vocabulary

extension Verb {
  static let erase = Verb(
    name: "erase", summary: "forgets people: all that is held of them and their share of what was learned",
    synopsis: ["SUBJECT…"],
    details: """
      Events, instructions, decisions and keys are destroyed, the ledger keeps links of its chain that nobody can open, \
      the model is published as if they had never been there, and every file is wiped and searched. What is \
      interrupted is finished when the store is next opened. Old logs do not bring anybody back who has not consented \
      anew. The receipt, which attune verify checks at any later time, is written to a file, or is the answer with --json: \
      no store keeps it.
      """,
    options: [
      OptionSpec(
        "receipt", .required("FILE"),
        "Write the receipt here. Without it erasure-receipt.json, or the next free name like it; with --json none.")
    ],
    operands: 1...100_000,
    examples: ["attune erase u0042 --receipt u0042.json", "attune verify u0042.json"],
    run: { call in
      _ = try call.operand(0, "SUBJECT")
      try requireReceiptPath(call)
      let answer = try call.service().answer(.erase(call.arguments.operands))
      let path = try keep(answer.json, call, isWanted: answer.content.people > 0)
      try call.show(answer) { ErasureText(report: $0, receipt: path).lines($1) }
      return .done
    })

  static let decommission = Verb(
    name: "decommission", summary: "ends a store for good: erases everybody and takes in nobody any more",
    synopsis: ["--confirm NAME"],
    details: """
      When a service ends, collecting stops and everything goes: from one moment on the gate refuses every event, and \
      everybody is erased as by attune erase, with one receipt. What stays is the catalogue, whose answers are the same \
      for everybody, and what receipts are checked by. What is interrupted is finished when the store is next opened. \
      NAME is the name of the store's folder. Nothing takes it back.
      """,
    options: [
      OptionSpec("confirm", .required("NAME"), "The name of the store's folder, such as shop.attune."),
      OptionSpec(
        "receipt", .required("FILE"),
        "Write the receipt here. Without it erasure-receipt.json, or the next free name like it; with --json none."),
    ],
    operands: 0...0, examples: ["attune decommission --store shop.attune --confirm shop.attune"],
    run: { call in
      guard let name = call.arguments.value("confirm") else {
        throw call.usage("a store is decommissioned for good", expected: "--confirm with the name of its folder")
      }
      try requireReceiptPath(call)
      let answer = try call.service().answer(.decommission(confirm: name))
      let path = try keep(answer.json, call, isWanted: answer.content.people > 0)
      try call.show(answer) { report, style in
        let erased = report.people > 0 ? ErasureText(report: report, receipt: path).lines(style) : []
        return [style.paint("The store is decommissioned: it takes in nobody any more.", .bold)] + erased
      }
      return .done
    })

  /// Refuses, before anybody is erased, a place for the receipt that cannot have it: nothing else keeps one, so no
  /// earlier one is written over.
  static func requireReceiptPath(_ call: Call) throws {
    guard let path = call.arguments.value("receipt") else { return }
    if Files.exists(path) {
      throw call.usage("\(DisplayText.safe(path)) is there already", expected: "a new file for the receipt")
    }
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    if !Files.exists(folder) {
      throw call.usage("\(DisplayText.safe(folder)) is no folder", expected: "a folder that is there")
    }
  }

  /// Writes a receipt where it was asked for, or where people find it; gives the file.
  static func keep(_ receipt: [UInt8], _ call: Call, isWanted: Bool) throws -> String? {
    let path = call.arguments.value("receipt") ?? (call.console.isJSON || !isWanted ? nil : freeReceiptPath())
    if let path {
      do { try Files.writeAtomically(path, receipt + [10]) } catch {
        // They are erased already, and nothing else has the receipt.
        try call.console.text(String(decoding: receipt, as: UTF8.self) + "\n")
        throw error
      }
    }
    return path
  }

  private static func freeReceiptPath() -> String {
    var path = "erasure-receipt.json"
    var number = 2
    while Files.exists(path) {
      path = "erasure-receipt.\(number).json"
      number += 1
    }
    return path
  }

  static let verify = Verb(
    name: "verify", summary: "searches the whole store for what a receipt of attune erase says is gone",
    synopsis: ["RECEIPT"],
    details: """
      RECEIPT is the file with the receipt, or - for standard input. Only the store that issued a receipt can check it. \
      Exits with 1 where anything is left: a row, a key, or a piece of either in the bytes of any file.
      """,
    operands: 1...1, examples: ["attune verify receipt.json"],
    run: { call in
      let path = try call.operand(0, "RECEIPT")
      guard let text = String(validating: try Files.read(path == "-" ? "/dev/stdin" : path), as: UTF8.self) else {
        throw Failure(.badInput, "the receipt is no text in UTF-8", at: path, expected: "JSON")
      }
      let answer = try call.service().answer(.verify(text))
      try call.show(answer) { VerificationText(report: $0).lines($1) }
      if try !answer.content.holds {
        throw Failure(
          .refused, "the receipt does not hold", at: path, expected: "nothing left of whom it is about",
          remedy: "Erase them again, and find out how it came back")
      }
      return .done
    })
}
