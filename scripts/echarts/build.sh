#!/bin/sh
# Makes static/dark_cal/assets/echarts.min.js again from the npm packages that
# package-lock.json pins, and records its SHA-256. Needs node and a network.
set -eu
cd "$(dirname "$0")"
assets=../../static/dark_cal/assets

npm ci --ignore-scripts --no-audit --no-fund
node_modules/.bin/esbuild entry.js --bundle --minify --charset=utf8 \
	--format=iife --global-name=echarts --target=es2018 --legal-comments=none \
	--banner:js='/* Apache ECharts 6.1.0 (custom build), Apache License 2.0, see echarts.LICENSE and echarts.NOTICE. */' \
	--outfile="$assets/echarts.min.js"
{
	cat node_modules/echarts/LICENSE
	printf '\n\n%s\n\n' '========================================================================
ZRender 6.1.0, part of echarts.min.js, has the licence below.
========================================================================'
	cat node_modules/zrender/LICENSE
} >"$assets/echarts.LICENSE"
cp node_modules/echarts/NOTICE "$assets/echarts.NOTICE"
(cd "$assets" && sha256sum echarts.min.js) >echarts.sha256
