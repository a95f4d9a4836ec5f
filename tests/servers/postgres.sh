# PostgreSQL: Debian's package `postgresql`.

# The folder of the newest PostgreSQL's programs. Debian's are not on the PATH.
postgres_bin() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v initdb)")"; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then echo "$dir"; return; fi
  done
  return 1
}

postgres_prepare() {
  folder_of postgres "$tmp/postgres"
  echo driftless >"$tmp/postgres.password"
  $(as postgres) "$(postgres_bin)/initdb" -D "$tmp/postgres/data" -U driftless --pwfile="$tmp/postgres.password" \
    --auth=scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync
}

# Without fsync a commit survives the end of the server, only not that of the machine.
postgres_launch() {
  spawn_server postgres "$(postgres_bin)/postgres" -D "$tmp/postgres/data" -c port="$1" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c fsync=off
}

postgres_data() { "$DRIFTLESS_TEST_PSQL" -X -A -t -c 'SHOW data_directory' "$1"; }
