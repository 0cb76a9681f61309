# Prints what is wrong; ends with the number of failures.
failures=0

expect() { # WANTED QUANTITY UNIT_CENTS
  got=$(sh src/price.sh "$2" "$3")
  if [ "$got" = "$1" ]; then echo "ok    $2 x $3 = $1"; else echo "FAIL  $2 x $3: wanted $1, got $got"; failures=$((failures + 1)); fi
}

expect 3.00 3 100
expect 9.00 10 100
expect 10.80 12 100

exit "$failures"
