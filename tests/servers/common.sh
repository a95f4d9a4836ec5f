# Helpers of tests/run, of `own` and of the server scripts beside this file.

say() { echo "tests/${0##*tests/}: $*" >&2; }

# fail LOG MESSAGE: says what failed, with the end of its log, and ends the script.
fail() {
  local log=$1; shift
  say "$*"
  if [ -s "$log" ]; then
    # The temporary folder is removed on the way out: the log is kept elsewhere.
    mkdir -p "$cache/logs" && cp "$log" "$cache/logs/" || true
    echo "----- the end of $cache/logs/${log##*/}:" >&2
    tail -n 40 "$log" >&2
    echo "-----" >&2
  fi
  exit 1
}

have() { command -v "$1" >/dev/null; }

# as USER: the start of a command line that runs a program as USER, when this is root; else nothing.
as() { if [ "$EUID" = 0 ]; then echo "setpriv --reuid=$1 --regid=$(id -g "$1") --clear-groups"; fi; }

# folder_of USER PATH: makes a folder that belongs to USER.
folder_of() { mkdir -p "$2"; if [ "$EUID" = 0 ]; then chown "$1" "$2"; fi; }

# Starts a command in the background in a process group of its own, so that it can be stopped with all it
# started, and so that Ctrl-C reaches this script only.
spawn() { set -m; "$@" & set +m; }

# spawn_server USER COMMAND...: the same for a server, which also stops if this script is killed outright.
spawn_server() { local user=$1; shift; spawn $(as "$user") setpriv --pdeathsig QUIT "$@"; }

# stop SIGNAL SECONDS GROUP...: sends the signal to the process groups, and KILL to what is left in the end.
stop() {
  local signal=$1 rounds=$(($2 * 10)) group; shift 2
  for group; do kill "-$signal" -- "-$group" 2>/dev/null || true; done
  for group; do
    while kill -0 -- "-$group" 2>/dev/null && ((rounds-- > 0)); do sleep 0.1; done
    kill -KILL -- "-$group" 2>/dev/null || true
  done
}

# A port nobody listens on, below those the kernel hands out for outgoing connections.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# The mirror this machine's apt takes Debian from; nothing without package lists.
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)' 'Identifier: Packages' |
    awk -F'|' '$4 == "Debian" && $3 == "main" && $2 !~ /-/ && !url { url = $1 } END { print url }'
}

apt_update() {
  say "fetching the package lists"
  # apt waits for dpkg's lock but not for that of the lists.
  for _ in {1..60}; do
    apt-get -q update >"$tmp/apt.log" 2>&1 </dev/null && return
    grep -q 'Could not get lock' "$tmp/apt.log" || return
    sleep 5
  done
}

apt_install() {
  [ "$EUID" = 0 ] && have apt-get ||
    fail /dev/null "these Debian packages are needed, and only root can install them: $*"
  say "installing $*"
  local install=(apt-get -o DPkg::Lock::Timeout=300 -qy --no-install-recommends install "$@")
  export DEBIAN_FRONTEND=noninteractive
  "${install[@]}" >"$tmp/apt.log" 2>&1 </dev/null && return
  # Perhaps the package lists are too old.
  apt_update || true
  "${install[@]}" >>"$tmp/apt.log" 2>&1 </dev/null || fail "$tmp/apt.log" "apt-get cannot install $*"
}

# Servers: each NAME has the functions NAME_prepare (makes its data folder), NAME_launch PORT (spawns the
# server) and NAME_data URL (asks the server at URL for its data folder).
declare -A server=() url=()

# The account of all tests, which servers of the MySQL family make as they start.
write_account() {
  cat >"$tmp/account.sql" <<'SQL'
CREATE USER IF NOT EXISTS driftless@'%' IDENTIFIED BY 'driftless';
GRANT ALL ON *.* TO driftless@'%' WITH GRANT OPTION;
SQL
}

launch() {
  local port; port=$(free_port)
  "$1_launch" "$port" >>"$tmp/$1.log" 2>&1 </dev/null
  server[$1]=$!
  case $1 in
    postgres) url[$1]=postgres://driftless:driftless@127.0.0.1:$port/postgres ;;
    pgbouncer) url[$1]=postgres://$(pgbouncer_account)@127.0.0.1:$port/postgres ;;
    *) url[$1]=mysql://driftless:driftless@127.0.0.1:$port/mysql ;;
  esac
}

# await NAME: until the server answers. Its data folder tells it from the server of another run, which may
# have taken the port in between; then a new port is tried.
await() {
  local tries=1 deadline=$((SECONDS + 120))
  until [ "$("$1_data" "${url[$1]}" 2>"$tmp/$1.connect.log")" = "$tmp/$1/data" ]; do
    if ! kill -0 "${server[$1]}" 2>/dev/null; then
      grep -q 'Address already in use' "$tmp/$1.log" && ((tries++ < 5)) ||
        fail "$tmp/$1.log" "the $1 server does not start"
      launch "$1"
    elif ((SECONDS > deadline)); then
      cat "$tmp/$1.connect.log" >>"$tmp/$1.log"
      fail "$tmp/$1.log" "the $1 server does not answer"
    fi
    sleep 0.1
  done
}

# mysql_session URL CLIENT: what a server of the MySQL family says its data folder is.
mysql_session() {
  local port=${1##*:}; port=${port%%/*}
  local data; data=$(MYSQL_PWD=driftless "$2" --no-defaults --protocol=tcp -h 127.0.0.1 -P "$port" \
    -u driftless -N -B -e 'SELECT @@datadir') || return
  echo "${data%/}"
}
