import Models

extension Engine {
  /// The names of the models that come with the program.
  public static var shippedModelNames: [String] { ShippedModel.allCases.map(\.rawValue) }

  /// The model file of a shipped model; `nil` for a name that is none.
  public static func shippedModel(named name: String) -> [UInt8]? { ShippedModel(rawValue: name)?.json }
}
