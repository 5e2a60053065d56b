/// Pages of their own: no script, no outside resource, readable without colours, in light and dark.
enum HTML {
  /// The text with the five characters that mean something in markup replaced, and control characters left out.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in DisplayText.safe(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A whole document.
  ///
  /// - Parameters:
  ///   - title: Of the document and above its body; not yet escaped.
  ///   - style: Rules besides those of every page.
  ///   - body: Markup.
  static func page(title: String, style: String, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>\(escape(title))</title>
    <style>
    \(styleSheet)
    \(style)
    </style>
    </head>
    <body>
    <main>
    <h1>\(escape(title))</h1>
    \(body)
    </main>
    </body>
    </html>

    """
  }

  private static let styleSheet = """
    :root { --ink: #1b1f24; --soft: #59636e; --paper: #ffffff; --line: #d1d9e0; --for: #1f6feb; --against: #bc4c00; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --line: #3d444d; --for: #58a6ff; --against: #f0883e; }
    }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
    main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
    h2 { font-size: 1rem; margin: 1rem 0 .25rem; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    details { border-top: 1px solid var(--line); padding: .75rem 0; }
    summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
    section { border-top: 1px solid var(--line); padding: .75rem 0; }
    table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
    caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
    th, td { text-align: left; padding: .2rem .5rem .2rem 0; vertical-align: middle; font-weight: 400; }
    thead th { color: var(--soft); font-size: .85rem; }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
    ul { margin: .25rem 0; padding-left: 1.25rem; }
    :focus-visible { outline: 2px solid var(--for); outline-offset: 2px; }
    @media print { details { break-inside: avoid; } }
    """
}
