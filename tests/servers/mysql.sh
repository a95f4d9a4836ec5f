# MySQL, which Debian's stable releases lack: taken from its development suite and unpacked into a folder
# with the libraries it needs, on which it is run. Nothing of it is installed.

mysql_home=$cache/mysql

mysql_fetched() { [ -x "$mysql_home/bin/mysqld" ]; }

# Everything is put together in $mysql_partial and renamed at the end: what is in $mysql_home is complete.
mysql_partial=$mysql_home.partial.$$

mysql_fetch() {
  local mirror dir=$mysql_partial apt packages program deb old
  mirror=$(debian_mirror)
  if [ -z "$mirror" ]; then echo "this machine's apt knows no Debian mirror (apt-get update?)"; return 1; fi
  for old in "$mysql_home".partial.*; do   # of runs that were killed
    if [ -d "$old" ] && [ ! -d "/proc/${old##*.}" ]; then rm -rf "$old"; fi
  done
  mkdir -p "$dir"/{lists,cache/archives}/partial "$dir"/{debs,root,bin}
  : >"$dir/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$dir/sources.list"
  apt=(apt-get -q -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=-
    -o Dir::State::lists="$dir/lists" -o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache"
    -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Sandbox::User=root -o Debug::NoLocking=1)
  "${apt[@]}" update

  # All that it depends on, down to the C library: the empty status file says that nothing is installed.
  packages=$("${apt[@]}" -s --no-install-recommends install mysql-server-core mysql-client-core |
    awk '/^Inst (lib|zlib)/ { print $2 }')
  (cd "$dir/debs" && "${apt[@]}" download mysql-server-core mysql-client-core $packages)
  for deb in "$dir"/debs/*.deb; do dpkg-deb -x "$deb" "$dir/root"; done
  rm -rf "$dir"/{lists,cache,debs,status,sources.list} "$dir"/root/usr/share/{doc,man,locale}
  find "$dir/root/usr/bin" -type f ! -name mysql ! -name mysqldump -delete

  for program in sbin/mysqld bin/mysql bin/mysqldump; do
    cat >"$dir/bin/${program##*/}" <<SCRIPT
#!/bin/sh
# Runs the program with the C library and the other libraries it was built for.
root=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")/root
lib=\$(echo "\$root"/usr/lib/*-linux-gnu*)
program=\$root/usr/$program
exec "\$lib"/ld-linux*.so.* --inhibit-cache --library-path "\$lib" --argv0 "\$program" "\$program" "\$@"
SCRIPT
    chmod 755 "$dir/bin/${program##*/}"
    "$dir/bin/${program##*/}" --no-defaults --version
  done
  chmod -R a+rX "$dir"
  # The folder may be there by now, from another run.
  mv -T "$dir" "$mysql_home" || { mysql_fetched && rm -rf "$dir"; }
}

mysql_options() {
  local usr=$tmp/mysql/home/root/usr
  # See mariadb.sh on what is not synced.
  options=(--no-defaults --datadir="$tmp/mysql/data" --tmpdir="$tmp/mysql" --basedir="$usr"
    --lc-messages-dir="$usr/share/mysql" --plugin-dir="$usr/lib/mysql/plugin"
    --innodb-flush-log-at-trx-commit=2 --innodb-flush-method=nosync --skip-log-bin
    --innodb-buffer-pool-size=64M --innodb-redo-log-capacity=64M --performance-schema=OFF --mysqlx=OFF)
}

mysql_prepare() {
  local options; mysql_options
  folder_of nobody "$tmp/mysql"
  if [ "$EUID" = 0 ]; then
    # Root's cache is often in a folder that the server's user may not enter. Links cost nothing, where the
    # file system allows them.
    cp -al "$mysql_home" "$tmp/mysql/home" 2>/dev/null ||
      { rm -rf "$tmp/mysql/home"; cp -a "$mysql_home" "$tmp/mysql/home"; }
  else
    ln -s "$mysql_home" "$tmp/mysql/home"
  fi
  $(as nobody) "$tmp/mysql/home/bin/mysqld" "${options[@]}" --initialize-insecure
}

mysql_launch() {
  local options; mysql_options
  spawn_server nobody "$tmp/mysql/home/bin/mysqld" "${options[@]}" --port="$1" --bind-address=127.0.0.1 \
    --skip-name-resolve --socket="$tmp/mysql/sock" --pid-file="$tmp/mysql/pid" --secure-file-priv= \
    --init-file="$tmp/account.sql" --innodb-fast-shutdown=2
}

mysql_data() { mysql_session "$1" "$DRIFTLESS_TEST_MYSQL_CLIENT"; }
