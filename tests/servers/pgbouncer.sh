# PgBouncer in front of the PostgreSQL of the tests, in transaction mode: Debian's package `pgbouncer`.

# The server it stands in front of: the one of this run, or the one that the environment names.
pgbouncer_server() { echo "${DRIFTLESS_TEST_POSTGRES_URL:-${url[postgres]:-}}"; }

# Of postgres://USER:PASSWORD@HOST:PORT/DATABASE: the account, or the place.
pgbouncer_account() { local rest; rest=$(pgbouncer_server); rest=${rest#*://}; echo "${rest%@*}"; }
pgbouncer_place() { local rest; rest=$(pgbouncer_server); rest=${rest##*@}; rest=${rest%%\?*}; echo "${rest%%/*}"; }

pgbouncer_prepare() { folder_of postgres "$tmp/pgbouncer"; }

pgbouncer_launch() {
  local account place users=$tmp/pgbouncer/data settings=$tmp/pgbouncer/settings
  account=$(pgbouncer_account) place=$(pgbouncer_place)
  printf '"%s" "%s"\n' "${account%%:*}" "${account#*:}" >"$users"
  # Any database, as tests make their own; its sessions are not kept for long, as there are many.
  cat >"$settings" <<SETTINGS
[databases]
* = host=${place%:*} port=${place##*:}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $1
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $users
admin_users = ${account%%:*}
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
server_idle_timeout = 5
SETTINGS
  if [ "$EUID" = 0 ]; then chown postgres "$users" "$settings"; fi
  spawn_server postgres pgbouncer "$settings"
}

# The list of its users stands for a data folder.
pgbouncer_data() {
  "$DRIFTLESS_TEST_PSQL" -X -A -t -F ' ' -c 'SHOW CONFIG' "${1%/*}/pgbouncer" | awk '$1 == "auth_file" { print $2 }'
}
