import Vocabulary

/// The policy and the main parameters of the ranking for people, in English or Chinese.
struct PolicyText {
  /// The languages that it is written in.
  enum Language: String, CaseIterable { case en, zh }

  let report: Report.Policy
  var language = Language.en

  func lines(_ style: Style) -> [String] {
    var lines = [style.paint("\(words.policy) \(DisplayText.safe(report.version))", .bold)]
    func paragraph(_ text: String) { lines += DisplayText.wrap(text, to: style.width) }
    if !report.isInForce { paragraph(words.isOld) }
    let summary = report.summary.first { $0.language == language.rawValue } ?? report.summary.first
    if let summary { paragraph(DisplayText.safe(summary.text)) }
    var purposes = Table([.init(), .init()], indent: 2)
    for purpose in report.purposes {
      let name = purpose.purpose.name
      purposes.add(words.purposes[name] ?? name, purpose.byDefault ? words.on : words.off)
    }
    lines += purposes.lines(style)
    if let region = report.region { paragraph(words.region.replacing("#", with: DisplayText.safe(region))) }
    paragraph(words.floor.replacing("#", with: Wording.count(report.supportFloor)))
    paragraph(words.never + report.sensitiveFields.map { DisplayText.safe($0) }.joined(separator: ", "))
    lines += ranking(style)
    lines += ["", style.paint(words.options, .bold)]
    var options = Table([.init(), .init(ink: .dim)], indent: 2)
    for (text, command) in words.choices { options.add(text, command) }
    lines += options.lines(style)
    if report.versions.count > 1 { lines += versions(style) }
    return lines
  }

  /// What counts, each beside a bar as long as its weight in relation to the greatest.
  private func ranking(_ style: Style) -> [String] {
    guard let model = report.model else { return [] }
    var lines = ["", style.paint("\(words.ranking) (\(DisplayText.safe(model)))", .bold)]
    lines += DisplayText.wrap(words.explained, to: style.width)
    let greatest = report.parameters.map(\.weight.magnitude).max() ?? 1
    var table = Table([.init(shrinksTo: 30), .init(onRight: true), .init(), .init(ink: .dim)], indent: 2)
    for parameter in report.parameters {
      let number = Wording.decimal(parameter.weight * 100, places: 0)
      let bar = Bar.text(Int64(parameter.weight.magnitude * 1000), of: Int64(greatest * 1000), columns: 10)
      let fading = parameter.halfLifeDays.map {
        words.fading.replacing("#", with: Wording.decimal($0, places: 0))
      }
      table.add(words.parameters[parameter.name] ?? DisplayText.safe(parameter.name), number, bar, fading ?? "")
    }
    lines += table.lines(style)
    if let share = report.generalShare, share > 0 {
      lines += DisplayText.wrap(words.share.replacing("#", with: Wording.percent(share)), to: style.width)
    }
    return lines
  }

  private func versions(_ style: Style) -> [String] {
    var table = Table([.init(), .init(ink: .dim), .init(shrinksTo: 20)], indent: 2)
    for version in report.versions.reversed() {
      let anew = version.material.map { words.purposes[$0] ?? $0 }
      table.add(
        DisplayText.safe(version.version), version.published.flatMap { Wording.time($0) } ?? "",
        anew.isEmpty ? "" : words.anew + anew.joined(separator: ", "))
    }
    return ["", style.paint(words.versions, .bold)] + table.lines(style)
  }

  private var words: Words { language == .zh ? .chinese : .english }
}

extension PolicyText {
  /// What the text is made of in one language; `#` stands for a number or a name.
  struct Words: Sendable {
    var policy, isOld, on, off, region, floor, never, ranking, explained, fading, share, options, versions, anew: String
    var purposes: [String: String]
    var parameters: [String: String]
    var choices: [(text: String, command: String)]

    static let english = Words(
      policy: "Policy", isOld: "This version is no longer in force.", on: "on unless switched off",
      off: "off unless the person switches it on",
      region: "Data is kept in #. It goes elsewhere only for somebody who allows that by name.",
      floor: "Behind everything that others see stand at least # people.",
      never: "Never inferred about anybody: ", ranking: "What counts in a personal list",
      explained: "An item gains points for each of these; 100 is what one fresh view gives the item that is most "
        + "related to the one viewed. Lists are in the order of the sum.",
      fading: "half after # days", share: "# of each personal list is the same for everybody, and marked.",
      options: "What a person can do", versions: "Versions", anew: "to be consented anew: ",
      purposes: [
        "recommendation": "recommendation", "search": "search in one's own order", "advertising": "advertising",
        "push": "messages", "training": "learning from what one did", "location": "use of the place",
        "partners": "handing on to partners", "transfer": "handing to another region",
      ],
      parameters: [
        "view": "viewing an item", "click": "clicking on an item", "favorite": "keeping an item as a favourite",
        "cart": "putting an item into the cart", "purchase": "buying an item", "aftersales": "service for an item",
        "follow": "following", "share": "sharing an item", "publish": "publishing", "rate": "rating an item",
        "dislike": "disliking an item", "hide": "hiding an item", "tags": "what one likes: tags in common, at most",
        "search": "words searched for, at most", "popularity": "popularity with everybody, at most",
        "again": "having met the item before", "related": "relation over one more item",
      ],
      choices: [
        ("a list that is not personal", "attune consent SUBJECT withdraw recommendation"),
        ("no learning from what one did", "attune consent SUBJECT withdraw training"),
        ("never an item, its like, a category, a seller", "attune block SUBJECT"),
        ("take a tag out, or put one in", "attune tags SUBJECT"),
        ("forget some of what one did", "attune history SUBJECT"),
        ("why this list, and contest it", "attune explain DECISION, attune appeal DECISION"),
        ("be forgotten", "attune erase SUBJECT"),
      ])

    static let chinese = Words(
      policy: "政策", isOld: "此版本已不再生效。", on: "默认开启，可以关闭", off: "默认关闭，由本人开启",
      region: "数据保存在 #。只有经本人单独同意，才会转移到其他地区。", floor: "他人能看到的任何内容，背后至少有 # 人。", never: "绝不对任何人推断：", ranking: "个性化列表的主要参数",
      explained: "每一项都会给商品加分；100 分相当于一次新的浏览给予最相关商品的分数。列表按总分排序。",
      fading: "# 天后减半", share: "每个个性化列表中有 # 对所有人相同，并加以标明。", options: "您可以做的选择", versions: "版本",
      anew: "需重新同意：",
      purposes: [
        "recommendation": "个性化推荐", "search": "个性化搜索", "advertising": "个性化广告", "push": "消息推送",
        "training": "用于模型训练", "location": "位置信息", "partners": "提供给合作方", "transfer": "转移到其他地区",
      ],
      parameters: [
        "view": "浏览商品", "click": "点击商品", "favorite": "收藏商品", "cart": "加入购物车", "purchase": "购买商品",
        "aftersales": "售后", "follow": "关注", "share": "分享商品", "publish": "发布", "rate": "评价商品", "dislike": "不喜欢商品",
        "hide": "隐藏商品", "tags": "偏好标签相符（最多）", "search": "搜索词（最多）", "popularity": "大众热度（最多）",
        "again": "曾经接触过该商品", "related": "经由另一商品的关联",
      ],
      choices: [
        ("不针对个人特征的列表", "attune consent SUBJECT withdraw recommendation"),
        ("不用于模型训练", "attune consent SUBJECT withdraw training"),
        ("屏蔽商品、同类、类目或卖家", "attune block SUBJECT"), ("删除或添加标签", "attune tags SUBJECT"),
        ("删除部分历史记录", "attune history SUBJECT"),
        ("查看理由并申诉", "attune explain DECISION, attune appeal DECISION"), ("删除全部个人信息", "attune erase SUBJECT"),
      ])
  }
}
