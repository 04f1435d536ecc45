// Mistakes in parameters that Azure reports late, badly or not at all. main.bicep refuses them before anything is made.

@export()
@description('Whether a text has none but these characters.')
func consistsOf(text string, characters string) bool =>
  empty(filter(range(0, length(text)), index => !contains(characters, substring(text, index, 1))))

@export()
@description('The addresses that are not in CIDR form (203.0.113.7/32).')
func withoutPrefixLength(addresses string[]) string[] => filter(addresses, address => length(split(address, '/')) != 2)

@export()
@description('Whether a text is the first day of a month: YYYY-MM-01.')
func isFirstOfMonth(date string) bool =>
  length(date) == 10 && endsWith(date, '-01') && consistsOf(date, '0123456789-') && length(split(date, '-')) == 3

@export()
@description('One fault, or none.')
func faultIf(isFault bool, text string) string[] => isFault ? [text] : []
