extension Verb {
  static let status = Verb(
    name: "status", summary: "shows what the store holds and how old its model is", synopsis: [""],
    run: { call in
      try call.show(call.service().answer(.status)) { $0.lines($1) }
      return .done
    })
}
