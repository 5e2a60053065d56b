import Attune
import TestSupport
import Testing
import Vocabulary

@Suite("Search in a store")
struct SearchTests {
  /// The answer without what names it.
  private func text(_ answer: SearchAnswer) -> String {
    let facets = answer.facets.map { "\($0.field) \($0.values.map { "\($0.value)=\($0.items)" })" }
    return "\(answer.list.answerText)\n\(answer.corrections.map(\.word)) \(answer.matches ?? -1) \(facets)"
  }

  private func randomRequest(_ random: inout SplitMix64) -> SearchRequest {
    let words = [
      "thing", "red", "green", "blue", "of", "rad", "17", "b2", "s1", "-blue", "\"of red\"", "brand:B1", "9",
    ]
    var request = SearchRequest(
      (0..<(1 + random.below(4))).map { _ in words[random.below(words.count)] }.joined(separator: " ") + " thing")
    request.count = 1 + random.below(20)
    request.offset = random.below(3) * 3
    if random.chance(1, in: 4) { request.tags = ["shape:s\(random.below(4))"] }
    if random.chance(1, in: 4) { request.exclude = ["i\(random.below(60))"] }
    if random.chance(1, in: 4) { request.facets = ["brand", "colour"] }
    if random.chance(1, in: 8) { request.among = (0..<30).map { _ in "i\(random.below(60))" } }
    return request
  }

  @Test("G1, P3: 10,000 searches by people with different histories are, unless sorted personal, the same for all")
  func sameForEverybody() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 81, people: 200, items: 60).engine(in: folder)
      for person in 0..<100 { _ = try engine.withdraw([.search], from: "u\(person)") }
      var random = SplitMix64(seed: 82)
      for round in 0..<50 {
        var request = randomRequest(&random)
        // People of the first half have opted out and so may ask for any sort; all others not for the personal one.
        let sorts = SearchRequest.Sort.allCases
        request.sort = sorts[random.below(sorts.count)]
        if request.sort == .personal { request.context = random.chance(1, in: 2) ? ["i3"] : [] }
        _ = try engine.withdraw([.search], from: "stranger")
        request.subject = "stranger"
        let expected = text(try engine.search(request))
        for person in 0..<200 {
          request.subject = "u\(person)"
          if request.sort == .personal, person >= 100 { request.subject = "u\(person - 100)" }
          let answer = try engine.search(request)
          #expect(answer.list.basis != .personal)
          #expect(text(answer) == expected, "round \(round), person \(person)")
          if text(answer) != expected { return }
        }
      }
    }
  }

  @Test("with consent the person's history changes the order, and the list stays what matches")
  func personal() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 83, people: 60, items: 60).engine(in: folder)
      var different = 0
      for person in 0..<60 {
        var request = SearchRequest("red thing", subject: "u\(person)", count: 60)
        let personal = try engine.search(request)
        request.sort = .general
        let general = try engine.search(request)
        #expect(personal.list.basis == .personal)
        #expect(Set(personal.list.items.map(\.item)) == Set(general.list.items.map(\.item)))
        if personal.list.items.map(\.item) != general.list.items.map(\.item) { different += 1 }
      }
      #expect(different > 30)
    }
  }

  @Test("G4: what was admitted for other purposes counts for no search, and the other way round")
  func purposes() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 84, people: 40, items: 60)
      let engine = try shop.engine(in: folder)
      let path = folder + "/more.ndjson"
      let events = (0..<8).map { Shop.Event(subject: "new", item: "i\($0)", kind: "purchase", time: Shop.start + $0) }
      _ = try engine.grant([.recommendation, .push, .advertising, .training], to: "new")
      write(Array(Shop.lines(events).utf8), to: path)
      _ = try engine.importEvents(ImportInput(path: path))
      _ = try engine.grant([.search], to: "new")
      #expect(try engine.search(SearchRequest("thing", subject: "new")).list.reason == "no-history")
      #expect(try engine.recommend(RecommendationRequest(subject: "new")).basis == .personal)
      _ = try engine.withdraw([.recommendation], from: "new")
      let later = [Shop.Event(subject: "new", item: "i9", kind: "view", time: Shop.start + 99)]
      write(Array(Shop.lines(later).utf8), to: path)
      _ = try engine.importEvents(ImportInput(path: path))
      _ = try engine.grant([.recommendation], to: "new")
      let answer = try engine.search(SearchRequest("thing", subject: "new", count: 60))
      #expect(answer.list.basis == .personal)
      let items = answer.list.items.flatMap(\.because).filter { $0.kind == "history" }.map(\.item)
      #expect(items.allSatisfy { $0 == "i9" })
    }
  }

  @Test("G9, G8: points add up to the score, and the list is found again from its record")
  func additive() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 85, people: 60, items: 80).engine(
        in: folder, set: [("query.hop", "1"), ("general.weight", "0.2"), ("tags.weight", "1.5")])
      var random = SplitMix64(seed: 86)
      var kinds: Set<String> = []
      for person in 0..<80 {
        var request = randomRequest(&random)
        request.subject = person < 60 ? "u\(person)" : nil
        request.sort = SearchRequest.Sort.allCases[random.chance(2, in: 3) ? 0 : random.below(6)]
        let answer = try engine.search(request)
        let explanation = try engine.explain(answer.list.decision)
        #expect(explanation.purpose == .search)
        #expect(explanation.items.map(\.item) == answer.list.items.map(\.item))
        for (explained, shown) in zip(explanation.items, answer.list.items) {
          #expect(explained.score == shown.score && explained.rank == shown.rank)
          #expect(explained.contributions.reduce(0) { $0 + $1.points } == shown.score)
          kinds.formUnion(explained.contributions.map(\.kind))
        }
        #expect(explanation.notShown.reduce(answer.list.items.count) { $0 + $1.count } == 80)
        let replay = try engine.replay(answer.list.decision)
        #expect(replay.reproduced, "\(request) \(replay.note ?? "")")
      }
      #expect(kinds.isSuperset(of: ["word", "history", "tag", "general"]))
    }
  }

  @Test("G15: what is blocked is in no search; pages join up")
  func blocked() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 87, people: 20, items: 60).engine(in: folder)
      _ = try engine.block(.tag("brand:b1"), for: "u1")
      for sort in SearchRequest.Sort.allCases {
        var request = SearchRequest("thing brand:b1", subject: "u1", sort: sort, count: 60)
        #expect(try engine.search(request).list.items.isEmpty)
        request.subject = "u2"
        #expect(try !engine.search(request).list.items.isEmpty)
        request.text = "thing"
        let whole = try engine.search(request).list.items
        request.count = 7
        var pages: [String] = []
        for page in 0..<9 {
          request.offset = 7 * page
          pages += try engine.search(request).list.items.map(\.item)
        }
        #expect(pages == whole.map(\.item) && pages.count == 60)
      }
    }
  }

  @Test("orders and facets by hand")
  func orders() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open("\(folder)/s.attune", create: true)
      _ = try engine.putItems(
        Array(
          """
          {"item":"b","title":"Canvas tents","price":30,"tags":["brand:Juniper","color:red"]}
          {"item":"a","title":"Tent","text":"of canvas, DN-50 poles","price":20,"tags":["brand:Juniper"]}
          {"item":"d","title":"Tent pegs","tags":["brand:Ember"]}
          {"item":"c","title":"绿茶杯","price":5,"category":"kitchen/cups"}
          {"item":"e","title":"Canvas tent","available":false}
          """.utf8))
      func items(_ text: String, _ sort: SearchRequest.Sort = .general) throws -> [String] {
        try engine.search(SearchRequest(text, sort: sort)).list.items.map(\.item)
      }
      // Both words first, then one; the shorter title weighs more.
      #expect(try items("canvas tent") == ["b", "a", "d"])
      #expect(try items("canvas tent", .price) == ["a", "b", "d"])
      #expect(try items("canvas tent", .priceDescending) == ["b", "a", "d"])
      #expect(try items("tent", .newest) == ["d", "a", "b"])
      #expect(try items("tent price:..25") == ["a"])
      #expect(try items("brand:juniper", .newest) == ["a", "b"])
      #expect(try items("\"canvas tent\"") == ["b"])
      #expect(try items("tent -canvas") == ["d"])
      #expect(try items("dn50") == ["a"])
      #expect(try items("茶") == ["c"] && items("绿茶") == ["c"] && items("category:kitchen") == ["c"])
      let answer = try engine.search(SearchRequest("tnet", sort: .general))
      #expect(answer.corrections.map(\.word) == ["tnet"] && answer.corrections.map(\.instead) == ["tent"])
      #expect(answer.list.items.count == 3)
      var request = SearchRequest("tent", sort: .general)
      request.facets = ["brand", "nothing"]
      let facets = try engine.search(request)
      #expect(facets.matches == 3 && facets.facets.map(\.field) == ["brand", "nothing"])
      #expect(facets.facets[0].values.map(\.value) == ["Juniper", "Ember"])
      #expect(facets.facets[0].values.map(\.items) == [2, 1] && facets.facets[1].values.isEmpty)
    }
  }

  @Test("hostile queries are answered, or refused with a word on what may be asked")
  func hostile() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 88, people: 10, items: 30).engine(in: folder)
      for text in [
        String(repeating: "x", count: 10_000_000), (0..<10_000).map { "w\($0)" }.joined(separator: " "), "",
        "- \" :", "\u{0}\u{1}\u{2}",
      ] {
        let failure = #expect(throws: Failure.self) { _ = try engine.search(SearchRequest(text)) }
        #expect(failure?.code == .usage && failure?.place == "query" && failure?.expected != nil)
        #expect(failure.map { !"\($0)".contains("w17") } == true)
      }
      for text in [
        "\"", "thing \"of", "مرحبا привет 你好 thing", "\u{202E}thing\u{0}", "nothing:here", "-thing red", "''",
      ] {
        do { _ = try engine.search(SearchRequest(text)) } catch let failure as Failure {
          #expect(failure.code == .usage, "\(text)")
        }
      }
      #expect(try engine.search(SearchRequest("nothing:here")).list.items.isEmpty)
      #expect(try engine.search(SearchRequest("مرحبا thing")).list.items.count == 10)
      #expect(throws: Failure.self) { _ = try engine.search(SearchRequest("thing", count: 0)) }
    }
  }

  @Test("an anonymous search stores nothing; its context counts")
  func anonymous() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 89, people: 40, items: 60).engine(in: folder)
      let before = try engine.status()
      var request = SearchRequest("thing", count: 60)
      let general = try engine.search(request)
      #expect(general.list.basis == .general && general.list.reason == "anonymous")
      request.context = ["i3"]
      let contextual = try engine.search(request)
      #expect(contextual.list.basis == .contextual)
      #expect(contextual.list.items.map(\.item) != general.list.items.map(\.item))
      let after = try engine.status()
      #expect(before.json == after.json)
    }
  }
}
