// Calls and answers are made of JSON values: whoever speaks the protocol needs them.
@_exported public import JSON
