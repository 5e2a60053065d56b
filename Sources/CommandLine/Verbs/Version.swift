import Attune

extension Verb {
  static let version = Verb(
    name: "version", summary: "shows the version", synopsis: [""], usesStore: false,
    run: { call in
      var json = JSONWriter()
      json.object { $0.member("version", AttuneCommand.version) }
      try call.show(json.bytes) { _ in ["attune \(AttuneCommand.version)"] }
      return .done
    })
}
