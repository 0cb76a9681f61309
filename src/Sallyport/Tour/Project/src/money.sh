# in_dollars CENTS: as people write it.
in_dollars() {
  printf '%d.%02d\n' "$(($1 / 100))" "$(($1 % 100))"
}
