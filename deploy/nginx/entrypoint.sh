#!/bin/sh
# Puts the settings into the configuration and starts nginx, or tests it (`entrypoint.sh -t`).
set -eu
here=${ECE_NGINX_CONF:-/etc/nginx/ece}
run=${ECE_NGINX_RUN:-/run/nginx}
tls=${ECE_NGINX_TLS:-/run/tls}
mkdir -p "$run"
# A laptop has no certificate: one is made that its browser has to be told to trust.
if [ ! -s "$tls/tls.crt" ] && [ "${ECE_NGINX_SELF_SIGNED:-false}" = true ]; then
  tls=$run/tls
  mkdir -p "$tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,DNS:proxy,IP:127.0.0.1 -keyout "$tls/tls.key" -out "$tls/tls.crt" 2>/dev/null
fi
for file in "$here"/*.template "$here"/*.conf; do
  sed -e "s|\${RUN}|$run|g" -e "s|\${TLS}|$tls|g" \
    -e "s|\${GATEWAY}|${ECE_NGINX_GATEWAY:-gateway:3000}|g" \
    -e "s|\${HTTP_PORT}|${ECE_NGINX_HTTP_PORT:-8080}|g" -e "s|\${HTTPS_PORT}|${ECE_NGINX_HTTPS_PORT:-8443}|g" \
    -e "s|\${ACCESS_LOG}|${ECE_NGINX_ACCESS_LOG:-/dev/stdout}|g" \
    -e "s|\${PLAIN}|${ECE_NGINX_PLAIN:-redirect}|g" \
    -e "s|\${CALLS_PER_SECOND}|${ECE_NGINX_CALLS_PER_SECOND:-200}|g" \
    -e "s|\${SIGN_INS_PER_SECOND}|${ECE_NGINX_SIGN_INS_PER_SECOND:-10}|g" \
    "$file" >"$run/$(basename "$file" .template)"
done
exec nginx -e stderr -p "$run" -c "$run/nginx.conf" "$@"
