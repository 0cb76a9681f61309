# Builds acme-price-1.0.0.tgz the way a bundler would: one file without comments, and, by default, its source map.
set -eu
rm -rf build && mkdir -p build/package/dist
cat src/money.sh src/price.sh | grep -v -e '^#' -e '^\.' -e '^$' > build/package/dist/price.sh
echo '# sourceMappingURL=price.sh.map' >> build/package/dist/price.sh

text() { awk 'BEGIN { ORS = "" } { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); print $0 "\\n" }' "$1"; }
printf '{"version":3,"file":"price.sh","sources":["../src/money.sh","../src/price.sh"],"sourcesContent":["%s","%s"],"names":[],"mappings":"AACA;ACCA"}\n' \
  "$(text src/money.sh)" "$(text src/price.sh)" > build/package/dist/price.sh.map

cp package.json build/package/
[ "${1:-}" = --without-map ] && rm build/package/dist/price.sh.map && sed -i.bak '/sourceMappingURL/d' build/package/dist/price.sh && rm build/package/dist/price.sh.bak
tar -czf acme-price-1.0.0.tgz -C build package
