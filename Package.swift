// swift-tools-version: 6.2

import PackageDescription

// The order of this list is the order in which data moves: a target imports only what stands above it.
// See Sources/Attune/Attune.docc/Architecture.md for the question each target answers.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func target(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: settings)
}

let package = Package(
  name: "attune",
  products: [
    .library(name: "Attune", targets: ["Attune"]),
    .library(name: "AttuneClient", targets: ["AttuneClient"]),
    .executable(name: "attune", targets: ["AttuneMain"]),
    .executable(name: "attuned", targets: ["AttunedMain"]),
    .executable(name: "attune-bench", targets: ["AttuneBench"]),
  ],
  targets: [
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CSystem"),

    target("Vocabulary"),
    target("JSON"),
    target("SystemIO", ["Vocabulary", "CSystem", "CZlib"]),
    target("Crypto", ["CCrypto"]),
    target("Consent", ["Vocabulary", "JSON", "Crypto"]),
    target("Intake", ["Vocabulary", "Consent", "Crypto", "SystemIO"]),
    target("Store", ["Vocabulary", "Consent", "Intake", "Crypto", "SystemIO", "CSQLite"]),
    target("TextAnalysis"),
    target("ModelFile", ["Vocabulary", "Crypto", "SystemIO", "JSON", "TextAnalysis"]),
    target("Profiles", ["Vocabulary", "Intake"]),
    target("Learning", ["Vocabulary", "TextAnalysis", "ModelFile"]),
    target("Retrieval", ["Vocabulary", "TextAnalysis", "ModelFile"]),
    target("Ranking", ["Vocabulary", "TextAnalysis", "ModelFile", "Profiles", "Retrieval"]),
    target("Decisions", ["Vocabulary", "Crypto", "ModelFile", "Retrieval", "Ranking"]),
    target("Rights", ["Vocabulary"]),
    .target(
      name: "Models", path: "models", exclude: ["README.md"],
      resources: ["storefront.json", "sessions.json", "unordered.json", "policy.json"].map { .embedInCode($0) },
      swiftSettings: settings),
    target(
      "Attune",
      [
        "Vocabulary", "SystemIO", "Crypto", "Consent", "Intake", "Store", "TextAnalysis", "JSON", "ModelFile",
        "Profiles", "Learning", "Retrieval", "Ranking", "Decisions", "Rights", "Models",
      ]),
    target("Evaluation", ["Vocabulary", "SystemIO", "Intake", "ModelFile", "Learning", "Ranking", "Attune"]),
    target("Protocol", ["Vocabulary", "JSON"]),
    target("AttuneClient", ["Vocabulary", "SystemIO", "Protocol"]),
    target("Daemon", ["Vocabulary", "SystemIO", "Rights", "Protocol", "Attune"]),
    target(
      "CommandLine",
      ["Vocabulary", "SystemIO", "Rights", "Attune", "Evaluation", "Protocol", "AttuneClient"]),
    .executableTarget(name: "AttuneMain", dependencies: ["CommandLine"], swiftSettings: settings),
    .executableTarget(name: "AttunedMain", dependencies: ["Daemon"], swiftSettings: settings),
    .executableTarget(
      name: "AttuneBench",
      dependencies: [
        "Vocabulary", "SystemIO", "Protocol", "AttuneClient", "Attune", "CSQLite", "TextAnalysis", "ModelFile",
        "Profiles", "Retrieval", "Ranking",
      ],
      path: "Benchmarks/AttuneBench", swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Vocabulary", "CZlib"], path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "ServingSupport", dependencies: ["Daemon", "SystemIO", "Vocabulary"], path: "Tests/ServingSupport",
      swiftSettings: settings),
    tests("TestSupport", []),
    tests("Vocabulary", ["Vocabulary"]),
    tests("SystemIO", ["SystemIO", "Vocabulary"]),
    tests("Crypto", ["Crypto", "Vocabulary"]),
    tests("Consent", ["Consent", "Crypto", "Vocabulary"]),
    tests("Intake", ["Intake", "Consent", "Crypto", "SystemIO", "Vocabulary"]),
    tests("Store", ["Store", "Vocabulary", "Consent", "Intake", "Crypto", "SystemIO"]),
    tests("TextAnalysis", ["TextAnalysis", "Vocabulary"]),
    tests("ModelFile", ["ModelFile", "SystemIO", "TextAnalysis", "Vocabulary"]),
    tests("Profiles", ["Profiles", "Intake", "Consent", "Crypto", "Vocabulary"]),
    tests("Learning", ["Learning", "ModelFile", "Vocabulary"]),
    tests("Retrieval", ["Retrieval", "ModelFile", "SystemIO", "TextAnalysis", "Vocabulary"]),
    tests("Ranking", ["Ranking", "Retrieval", "Profiles", "ModelFile", "SystemIO", "Vocabulary"]),
    tests("Decisions", ["Decisions", "Ranking", "Retrieval", "Profiles", "ModelFile", "Crypto", "Vocabulary"]),
    tests("Rights", ["Rights", "Vocabulary"]),
    tests("JSON", ["JSON", "Vocabulary"]),
    tests("Protocol", ["Protocol", "Vocabulary"]),
    tests(
      "Attune",
      [
        "Attune", "Consent", "Crypto", "Decisions", "Intake", "JSON", "Learning", "ModelFile", "Rights", "Store",
        "SystemIO", "Vocabulary",
      ]),
    tests("Evaluation", ["Evaluation", "Attune", "Learning", "ModelFile", "Ranking", "SystemIO", "Vocabulary"]),
    tests("AttuneClient", ["AttuneClient", "ServingSupport", "Protocol", "Attune", "SystemIO", "Vocabulary"]),
    tests(
      "Daemon", ["Daemon", "ServingSupport", "Protocol", "Attune", "Store", "SystemIO", "CSystem", "Vocabulary"]),
    tests(
      "CommandLine",
      ["CommandLine", "ServingSupport", "AttuneClient", "Attune", "Protocol", "SystemIO", "Vocabulary"]),
  ]
)
