// Functions of the parameter files to read environment variables. Every value is text. An empty text means: not set.

@export()
func textOr(text string, fallback string) string => empty(text) ? fallback : text

@export()
func textOrNull(text string) string? => empty(text) ? null : text

@export()
func numberOf(text string) int => empty(text) ? 0 : int(text)

@export()
func numberOrNull(text string) int? => empty(text) ? null : int(text)

@export()
@description('true or false. Empty: false.')
func flagOf(text string) bool => empty(text) ? false : bool(text)

@export()
@description('true or false.')
func flagOrNull(text string) bool? => empty(text) ? null : bool(text)

@export()
@description('A list: comma-separated, or a JSON array.')
func listOf(text string) string[] =>
  startsWith(text, '[') ? json(text) : filter(map(split(text, ','), item => trim(item)), item => !empty(item))

@export()
@description('An object, as JSON.')
func objectOf(text string) object => empty(text) ? {} : json(text)

@export()
@description('An object, as JSON.')
func objectOrNull(text string) object? => empty(text) ? null : json(text)
