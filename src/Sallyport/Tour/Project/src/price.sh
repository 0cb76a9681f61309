# price.sh QUANTITY UNIT_CENTS: the price of an order in cents.
# From ten pieces on, the whole order is a tenth cheaper.

. "$(dirname "$0")/money.sh"

quantity=$1
unit=$2
total=$((quantity * unit))

if [ "$quantity" -gt 10 ]; then
  total=$((total - total / 10))
fi

in_dollars "$total"
