// Checks for parameter errors that Azure reports late, unclearly or not at all. main.bicep runs them before it deploys.

@export()
@description('Whether a text contains only these characters.')
func consistsOf(text string, characters string) bool =>
  empty(filter(range(0, length(text)), index => !contains(characters, substring(text, index, 1))))

@export()
@description('The IP addresses that are not in CIDR form (203.0.113.7/32).')
func withoutPrefixLength(addresses string[]) string[] => filter(addresses, address => length(split(address, '/')) != 2)

@export()
@description('Whether a text is the first day of a month: YYYY-MM-01.')
func isFirstOfMonth(date string) bool =>
  length(date) == 10 && endsWith(date, '-01') && consistsOf(date, '0123456789-') && length(split(date, '-')) == 3

@export()
@description('A list with one error, or an empty list.')
func faultIf(isFault bool, text string) string[] => isFault ? [text] : []
