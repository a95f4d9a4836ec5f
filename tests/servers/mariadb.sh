# MariaDB: Debian's package `mariadb-server`.

# Without syncs a commit still reaches the kernel before it is confirmed
# (innodb_flush_log_at_trx_commit=2), so it survives the end of the server.
mariadb_options() {
  options=(--no-defaults --datadir="$tmp/mariadb/data" --tmpdir="$tmp/mariadb" --character-set-server=utf8mb4
    --innodb-flush-log-at-trx-commit=2 --innodb-flush-method=nosync --debug-no-sync --skip-sync-frm
    --innodb-buffer-pool-size=64M --innodb-log-file-size=32M)
}

mariadb_prepare() {
  local options; mariadb_options
  folder_of mysql "$tmp/mariadb"
  $(as mysql) mariadb-install-db "${options[@]}" --auth-root-authentication-method=normal --skip-test-db
}

mariadb_launch() {
  local options; mariadb_options
  spawn_server mysql mariadbd "${options[@]}" --port="$1" --bind-address=127.0.0.1 --skip-name-resolve \
    --socket="$tmp/mariadb/sock" --pid-file="$tmp/mariadb/pid" --init-file="$tmp/account.sql" \
    --skip-log-bin --innodb-fast-shutdown=2
}

mariadb_data() { mysql_session "$1" "$DRIFTLESS_TEST_MARIADB_CLIENT"; }
