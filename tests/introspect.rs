//! What introspection makes of rich schemas written by hand, on live servers.
//!
//! Needs `DRIFTLESS_TEST_POSTGRES_URL`, `DRIFTLESS_TEST_MARIADB_URL` and `DRIFTLESS_TEST_MYSQL_URL`.

use std::sync::atomic::{AtomicU32, Ordering};

use driftless::database::introspect::introspect;
use driftless::database::{ConnectOptions, DatabaseUrl, Session};
use driftless::dialect::{Dialect, Name, ObjectName, Target};
use driftless::model::{Catalog, NormalForm, Object};
use driftless::render::{Body, render};

fn server_url(server: &str) -> String {
    let variable = format!("DRIFTLESS_TEST_{server}_URL");
    std::env::var(&variable).unwrap_or_else(|_| panic!("set {variable} or run ./tests/run"))
}

async fn connect(url: &str) -> Session {
    let url = DatabaseUrl::parse(url).expect("a database URL");
    Session::connect(&url, &ConnectOptions::default())
        .await
        .expect("the server answers")
}

async fn execute(session: &mut Session, sql: &str) {
    if let Err(error) = session.execute(sql).await {
        panic!("{error}: {sql}");
    }
}

fn target(session: &Session) -> Target {
    let server = session.server();
    Target {
        dialect: Dialect::named(&server.dialect).expect("a known dialect"),
        version: server.version.parse().expect("a version"),
        schema: server.schema.as_ref().map(Name::new),
    }
}

/// The catalog of a database of its own, in which the statements were executed; it is gone again afterwards.
async fn catalog_of<T: AsRef<str>>(server: &str, statements: &[T]) -> Catalog {
    if server == "SQLITE" {
        let mut session = connect("sqlite::memory:").await;
        let outcome = fill(&mut session, statements).await;
        return outcome.unwrap_or_else(|error| panic!("{error}"));
    }
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "introspect_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let url = server_url(server);
    let mut admin = connect(&url).await;
    execute(&mut admin, &format!("CREATE DATABASE {name}")).await;
    let (account, _) = url.rsplit_once('/').expect("a database in the URL");
    let mut session = connect(&format!("{account}/{name}")).await;
    let outcome = fill(&mut session, statements).await;
    session.close().await.expect("goodbye");
    execute(&mut admin, &format!("DROP DATABASE {name}")).await;
    outcome.unwrap_or_else(|error| panic!("{error}"))
}

/// Makes what a catalog says anew on an empty database, and compares what is there then. What lies in other schemas is
/// no part of a catalog: `elsewhere` makes it.
async fn made_anew(server: &str, elsewhere: &[&str], catalog: &Catalog) {
    let mut empty = Catalog::new(catalog.target().clone());
    let (statements, problems) = render(&mut empty, &catalog.creation());
    assert!(problems.is_empty(), "{problems:?}");
    let texts = statements.iter().map(|statement| match &statement.body {
        Body::Sql(text) => text.as_str(),
        other => panic!("{other:?}"),
    });
    let all: Vec<&str> = elsewhere.iter().copied().chain(texts).collect();
    let made = catalog_of(server, &all).await;
    let differences = NormalForm::of(catalog).differences(&NormalForm::of(&made));
    assert!(differences.is_empty(), "{differences:#?}");
}

async fn fill<T: AsRef<str>>(session: &mut Session, statements: &[T]) -> Result<Catalog, String> {
    for sql in statements.iter().map(AsRef::as_ref) {
        let done = session.execute(sql).await;
        done.map_err(|error| format!("{error}: {sql}"))?;
    }
    let target = target(session);
    let ignored = [ObjectName::plain("driftless_history")];
    introspect(session, &target, &ignored)
        .await
        .map_err(|error| error.to_string())
}

/// Compares the facts of a catalog with a list, one on a line.
#[track_caller]
fn holds(catalog: &Catalog, expected: &str) {
    let facts = NormalForm::of(catalog).0;
    let found: Vec<String> = facts
        .iter()
        .map(|(what, is)| format!("{what} = {is}").trim().to_string())
        .collect();
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(found.join("\n"), expected.join("\n"));
}

#[tokio::test]
async fn postgres() {
    let catalog = catalog_of(
        "POSTGRES",
        &[r#"
        CREATE TABLE driftless_history (seq bigint PRIMARY KEY);
        CREATE SCHEMA other;
        CREATE TABLE other.country (code char(2) PRIMARY KEY);
        CREATE TYPE mood AS ENUM ('fine', 'it''s bad');
        CREATE TABLE team (
          id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_team PRIMARY KEY,
          lead integer
        );
        CREATE TABLE "Per son" (
          id serial PRIMARY KEY,
          "full ""Name" varchar(40) COLLATE "C" NOT NULL DEFAULT 'it''s a\b',
          status text DEFAULT 'new' CHECK (status IN ('new', 'old')),
          mood mood DEFAULT 'fine',
          age smallint DEFAULT -1,
          rate numeric(5) DEFAULT 1.50,
          active boolean DEFAULT true,
          made timestamp(3) DEFAULT now(),
          seen timestamptz DEFAULT '2020-01-02 03:04:05+00',
          born date DEFAULT CURRENT_DATE,
          photo bytea DEFAULT '\x00ff',
          uid uuid DEFAULT gen_random_uuid(),
          tags varchar(10)[] DEFAULT '{}',
          nothing text DEFAULT NULL,
          label text GENERATED ALWAYS AS (upper("full ""Name") || ' (' || age || ')') STORED,
          team bigint,
          boss integer,
          country char(2) REFERENCES other.country ON UPDATE CASCADE,
          CONSTRAINT uq_person UNIQUE (team, "full ""Name"),
          CONSTRAINT ck_age CHECK (age BETWEEN -1 AND 150 OR rate IS NULL),
          CONSTRAINT fk_team FOREIGN KEY (team) REFERENCES team (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
          CONSTRAINT fk_boss FOREIGN KEY (boss) REFERENCES "Per son" (id) MATCH FULL ON DELETE RESTRICT
        );
        ALTER TABLE team ADD CONSTRAINT fk_lead FOREIGN KEY (lead) REFERENCES "Per son" (id);
        CREATE TABLE seat (
          "row" integer, place integer, extra text, CONSTRAINT pk_seat PRIMARY KEY (place, "row"), UNIQUE (extra)
        );
        CREATE TABLE booking (
          id integer GENERATED BY DEFAULT AS IDENTITY, place integer, "row" integer,
          CONSTRAINT fk_seat FOREIGN KEY (place, "row") REFERENCES seat (place, "row")
        );
        CREATE INDEX ix_name ON "Per son" (lower("full ""Name"), (age + 1) DESC, id);
        CREATE UNIQUE INDEX ix_active ON "Per son" (uid) WHERE active AND status <> 'old';
        CREATE INDEX ix_tags ON "Per son" USING gin (tags);
        CREATE TABLE measured (at date NOT NULL, value int) PARTITION BY RANGE (at);
        CREATE TABLE measured_2020 PARTITION OF measured FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        COMMENT ON TABLE team IS 'who plays ''together''';
        COMMENT ON COLUMN team.lead IS 'the first';
        CREATE VIEW grown AS
          SELECT p.id, p."full ""Name" AS called, count(*) AS times
          FROM "Per son" AS p INNER JOIN team ON team.id = p.team
          WHERE p.age > 17 AND p.status IN ('new', 'old') GROUP BY p.id, p."full ""Name";
    "#],
    )
    .await;
    holds(
        &catalog,
        r#"
        enum mood = 'fine', 'it''s bad'
        schema other =
        table Per son =
        table Per son / check Per son_status_check = status in 'new' , 'old'
        table Per son / check ck_age = age >= - 1 and age <= 150 or rate is null
        table Per son / column active = boolean default true
        table Per son / column age = smallint default '-1'
        table Per son / column born = date default current_date
        table Per son / column boss = integer
        table Per son / column country = char(2)
        table Per son / column full "Name = varchar(40) not null default 'it's a\b' collate c
        table Per son / column id = integer not null identity
        table Per son / column label = text generated stored upper full "name || ' (' || age || ')'
        table Per son / column made = timestamp(3) default current_timestamp
        table Per son / column mood = mood default 'fine'
        table Per son / column nothing = text
        table Per son / column photo = bytea default 00ff
        table Per son / column rate = numeric(5,0) default '1.5'
        table Per son / column seen = timestamptz default '2020-01-02 03:04:05+00'
        table Per son / column status = text default 'new'
        table Per son / column tags = varchar(10)[] default '{}'
        table Per son / column team = bigint
        table Per son / column uid = uuid default gen_random_uuid
        table Per son / foreign key Per son_country_fkey = country -> other.country(code) on update cascade
        table Per son / foreign key fk_boss = boss -> Per son(id) on delete restrict match full
        table Per son / foreign key fk_team = team -> team(id) on delete set null deferrable initially deferred
        table Per son / index ix_active = unique uid where active and status <> 'old'
        table Per son / index ix_name = (lower full "name), (age + 1) desc, id
        table Per son / index ix_tags = tags using gin
        table Per son / primary key Per son_pkey = id
        table Per son / unique uq_person = team, full "Name
        table booking =
        table booking / column id = integer not null identity
        table booking / column place = integer
        table booking / column row = integer
        table booking / foreign key fk_seat = place, row -> seat(place, row)
        table measured = partition by range at partition measured_2020 for values from '2020-01-01' to '2021-01-01'
        table measured / column at = date not null
        table measured / column value = integer
        table seat =
        table seat / column extra = text
        table seat / column place = integer not null
        table seat / column row = integer not null
        table seat / primary key pk_seat = place, row
        table seat / unique seat_extra_key = extra
        table team = comment 'who plays 'together''
        table team / column id = bigint not null identity always
        table team / column lead = integer comment 'the first'
        table team / foreign key fk_lead = lead -> Per son(id)
        table team / primary key pk_team = id
        view grown = select id , full "name called , count 0 times from per son p join team on id = team where age > 17 and status in 'new' , 'old' group by id , full "name
    "#,
    );
    made_anew(
        "POSTGRES",
        &["CREATE SCHEMA other; CREATE TABLE other.country (code char(2) PRIMARY KEY)"],
        &catalog,
    )
    .await;
}

const MYSQL: &str = r#"
    CREATE TABLE driftless_history (seq bigint PRIMARY KEY);
    CREATE TABLE team (
      id bigint unsigned AUTO_INCREMENT PRIMARY KEY,
      head int COMMENT 'the ''first''',
      KEY ix_head (head)
    ) COMMENT 'who plays ''together''' DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    CREATE TABLE `Per son` (
      id int AUTO_INCREMENT,
      `full ``Name` varchar(40) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT 'it''s a\\b',
      kind enum('new', 'old, it''s') DEFAULT 'new',
      age smallint DEFAULT -1,
      rate decimal(5) DEFAULT 1,
      price decimal(10,2) NOT NULL DEFAULT 1.5,
      active tinyint(1) DEFAULT 1,
      flags bit(3) DEFAULT b'101',
      made datetime(6) DEFAULT CURRENT_TIMESTAMP(6),
      seen timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
      born date DEFAULT '2020-01-02',
      today date DEFAULT (curdate()),
      uid char(36) DEFAULT (uuid()),
      hash binary(2) DEFAULT 'ab',
      extra json,
      nothing text NULL,
      blank varchar(3) NOT NULL DEFAULT '',
      label varchar(90) GENERATED ALWAYS AS (concat(upper(`full ``Name`), ' (\\', age, ')')) VIRTUAL,
      twice int GENERATED ALWAYS AS (age * 2) STORED,
      team bigint unsigned,
      boss int,
      PRIMARY KEY (id),
      CONSTRAINT uq_person UNIQUE (team, kind),
      UNIQUE INDEX ix_uid (uid),
      CONSTRAINT ck_age CHECK (age BETWEEN -1 AND 150 OR rate IS NULL),
      CONSTRAINT ck_kind CHECK (kind IN ('new', 'a\\b''c') AND blank NOT LIKE '%x%'),
      CONSTRAINT fk_team FOREIGN KEY (team) REFERENCES team (id) ON DELETE SET NULL ON UPDATE CASCADE,
      CONSTRAINT fk_boss FOREIGN KEY (boss) REFERENCES `Per son` (id) ON DELETE RESTRICT
    );
    ALTER TABLE team ADD CONSTRAINT fk_head FOREIGN KEY (head) REFERENCES `Per son` (id);
    CREATE TABLE seat (`row` int, place int, extra varchar(10), CONSTRAINT pk_seat PRIMARY KEY (place, `row`));
    CREATE TABLE booking (
      id int PRIMARY KEY, place int, `row` int,
      CONSTRAINT fk_seat FOREIGN KEY (place, `row`) REFERENCES seat (place, `row`)
    );
    CREATE INDEX ix_name ON `Per son` (age DESC, born);
    CREATE INDEX ix_beginning ON `Per son` (nothing(10));
    CREATE FULLTEXT INDEX ix_words ON `Per son` (nothing);
    CREATE VIEW grown AS
      SELECT p.id, p.`full ``Name` AS called, count(*) AS times
      FROM `Per son` AS p INNER JOIN team ON team.id = p.team
      WHERE p.age > 17 AND p.kind IN ('new', 'old') GROUP BY p.id, p.`full ``Name`;
"#;

#[tokio::test]
async fn mariadb() {
    let catalog = catalog_of("MARIADB", &[MYSQL]).await;
    holds(
        &catalog,
        r#"
        table Per son =
        table Per son / check ck_age = age >= - 1 and age <= 150 or rate is null
        table Per son / check ck_kind = kind in 'new' , 'a\b''c' and not blank like '%x%'
        table Per son / column 001 id = int not null identity
        table Per son / column 002 full `name = varchar(40) not null default 'it's a\b' collate latin1_bin
        table Per son / column 003 kind = enum('new','old, it''s') default 'new'
        table Per son / column 004 age = smallint default '-1'
        table Per son / column 005 rate = decimal(5,0) default '1'
        table Per son / column 006 price = decimal(10,2) not null default '1.5'
        table Per son / column 007 active = tinyint(1) default true
        table Per son / column 008 flags = bit(3) default b '101'
        table Per son / column 009 made = datetime(6) default current_timestamp
        table Per son / column 010 seen = timestamp(3) default current_timestamp on update current_timestamp
        table Per son / column 011 born = date default '2020-01-02'
        table Per son / column 012 today = date default curdate
        table Per son / column 013 uid = char(36) default uuid
        table Per son / column 014 hash = binary(2) default 6162
        table Per son / column 015 extra = json
        table Per son / column 016 nothing = text
        table Per son / column 017 blank = varchar(3) not null default ''
        table Per son / column 018 label = varchar(90) generated virtual concat upper full `name , ' (\' , age , ')'
        table Per son / column 019 twice = int generated stored age * 2
        table Per son / column 020 team = bigint unsigned
        table Per son / column 021 boss = int
        table Per son / foreign key fk_boss = boss -> Per son(id)
        table Per son / foreign key fk_team = team -> team(id) on delete set null on update cascade
        table Per son / index ix_beginning = nothing(10)
        table Per son / index ix_name = age desc, born
        table Per son / index ix_words = fulltext nothing
        table Per son / primary key = id
        table Per son / unique ix_uid = uid
        table Per son / unique uq_person = team, kind
        table booking =
        table booking / column 001 id = int not null
        table booking / column 002 place = int
        table booking / column 003 row = int
        table booking / foreign key fk_seat = place, row -> seat(place, row)
        table booking / primary key = id
        table seat =
        table seat / column 001 row = int not null
        table seat / column 002 place = int not null
        table seat / column 003 extra = varchar(10)
        table seat / primary key = place, row
        table team = collate utf8mb4_bin comment 'who plays 'together''
        table team / column 001 id = bigint unsigned not null identity
        table team / column 002 head = int comment 'the 'first''
        table team / foreign key fk_head = head -> Per son(id)
        table team / index ix_head = head
        table team / primary key = id
        view grown = select id , full `name called , count 0 times from per son p join team on id = team where age > 17 and kind in 'new' , 'old' group by id , full `name
    "#,
    );
    made_anew("MARIADB", &[], &catalog).await;
}

#[tokio::test]
async fn mysql() {
    let by_expression =
        "CREATE UNIQUE INDEX ix_expression ON `Per son` ((concat(age, '''\\\\')), (age + 1) DESC, born);";
    let catalog = catalog_of("MYSQL", &[MYSQL, by_expression]).await;
    holds(
        &catalog,
        r#"
        table Per son =
        table Per son / check ck_age = age >= - 1 and age <= 150 or rate is null
        table Per son / check ck_kind = kind in 'new' , 'a\b''c' and not blank like '%x%'
        table Per son / column 001 id = int not null identity
        table Per son / column 002 full `name = varchar(40) not null default 'it's a\b' collate latin1_bin
        table Per son / column 003 kind = enum('new','old, it''s') default 'new'
        table Per son / column 004 age = smallint default '-1'
        table Per son / column 005 rate = decimal(5,0) default '1'
        table Per son / column 006 price = decimal(10,2) not null default '1.5'
        table Per son / column 007 active = tinyint(1) default true
        table Per son / column 008 flags = bit(3) default b '101'
        table Per son / column 009 made = datetime(6) default current_timestamp
        table Per son / column 010 seen = timestamp(3) default current_timestamp on update current_timestamp
        table Per son / column 011 born = date default '2020-01-02'
        table Per son / column 012 today = date default curdate
        table Per son / column 013 uid = char(36) default uuid
        table Per son / column 014 hash = binary(2) default 6162
        table Per son / column 015 extra = json
        table Per son / column 016 nothing = text
        table Per son / column 017 blank = varchar(3) not null default ''
        table Per son / column 018 label = varchar(90) generated virtual concat upper full `name , ' (\' , age , ')'
        table Per son / column 019 twice = int generated stored age * 2
        table Per son / column 020 team = bigint unsigned
        table Per son / column 021 boss = int
        table Per son / foreign key fk_boss = boss -> Per son(id)
        table Per son / foreign key fk_team = team -> team(id) on delete set null on update cascade
        table Per son / index ix_beginning = nothing(10)
        table Per son / index ix_expression = unique (concat age , '''\'), (age + 1) desc, born
        table Per son / index ix_name = age desc, born
        table Per son / index ix_words = fulltext nothing
        table Per son / primary key = id
        table Per son / unique ix_uid = uid
        table Per son / unique uq_person = team, kind
        table booking =
        table booking / column 001 id = int not null
        table booking / column 002 place = int
        table booking / column 003 row = int
        table booking / foreign key fk_seat = place, row -> seat(place, row)
        table booking / primary key = id
        table seat =
        table seat / column 001 row = int not null
        table seat / column 002 place = int not null
        table seat / column 003 extra = varchar(10)
        table seat / primary key = place, row
        table team = collate utf8mb4_bin comment 'who plays 'together''
        table team / column 001 id = bigint unsigned not null identity
        table team / column 002 head = int comment 'the 'first''
        table team / foreign key fk_head = head -> Per son(id)
        table team / index ix_head = head
        table team / primary key = id
        view grown = select id , full `name called , count 0 times from per son p join team on id = team where age > 17 and kind in 'new' , 'old' group by id , full `name
    "#,
    );
    made_anew("MYSQL", &[], &catalog).await;
}

#[tokio::test]
async fn sqlite() {
    let catalog = catalog_of("SQLITE", &[r#"
        CREATE TABLE driftless_history (seq INTEGER PRIMARY KEY);
        CREATE TABLE team (id INTEGER CONSTRAINT pk_team PRIMARY KEY AUTOINCREMENT NOT NULL, lead INTEGER REFERENCES "Per son");
        CREATE TABLE "Per son" (
          id INTEGER PRIMARY KEY,
          "full ""Name" VARCHAR(40) COLLATE NOCASE NOT NULL DEFAULT 'it''s a\b', -- the CHECK (name)
          status TEXT DEFAULT "new" CHECK (status IN ('new', 'old')),
          age SMALLINT DEFAULT -1,
          rate DECIMAL(5,2) DEFAULT 1.50,
          active BOOLEAN DEFAULT TRUE,
          made TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
          uid CHAR(36) DEFAULT (lower(hex(randomblob(16)))),
          photo BLOB DEFAULT x'00FF',
          gone TEXT DEFAULT NULL,
          label TEXT GENERATED ALWAYS AS (upper("full ""Name") || ' (' || age || ')') STORED,
          twice INT AS (age * 2),
          team INTEGER,
          boss INTEGER,
          CONSTRAINT uq_person UNIQUE (team, "FULL ""NAME"),
          UNIQUE (uid),
          CONSTRAINT ck_age CHECK (age BETWEEN -1 AND 150 OR rate IS NULL),
          CHECK (active IN (0, 1)),
          CONSTRAINT fk_team FOREIGN KEY (team) REFERENCES team (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
          CONSTRAINT fk_boss FOREIGN KEY (boss) REFERENCES "Per son" (id) ON DELETE RESTRICT ON UPDATE CASCADE
        );
        CREATE TABLE seat ("row" INTEGER, place INTEGER, PRIMARY KEY (place, "row")) STRICT, WITHOUT ROWID;
        CREATE TABLE booking (place INTEGER, "row" INTEGER, CONSTRAINT fk_seat FOREIGN KEY (place, "row") REFERENCES seat);
        CREATE INDEX ix_name ON "Per son" (lower("full ""Name"), age DESC, status COLLATE RTRIM, id);
        CREATE UNIQUE INDEX ix_active ON "Per son" (uid) WHERE active AND status <> 'old';
        CREATE VIRTUAL TABLE words USING fts5(word);
        CREATE TRIGGER seen AFTER INSERT ON booking BEGIN UPDATE seat SET place = 1; END;
        CREATE VIEW grown AS
          SELECT p.id, p."full ""Name" AS called, count(*) AS times
          FROM "Per son" AS p INNER JOIN team ON team.id = p.team WHERE p.age > 17 GROUP BY p.id;
    "#]).await;
    let standing = catalog.standing_on(&ObjectName::plain("booking"));
    let [Object::Trigger(trigger)] = standing.as_slice() else {
        panic!("not one trigger: {standing:?}");
    };
    assert_eq!(
        (trigger.name.as_str(), trigger.body.as_str()),
        ("seen", "BEGIN UPDATE seat SET place = 1; END")
    );
    holds(
        &catalog,
        r#"
        table booking =
        table booking / column 001 place = integer
        table booking / column 002 row = integer
        table booking / foreign key fk_seat = place, row -> seat(place, row)
        table booking / trigger seen = after insert each row update seat set place = 1
        table per son =
        table per son / check ck_Per son_active = active in 0 , 1
        table per son / check ck_Per son_status = status in 'new' , 'old'
        table per son / check ck_age = age >= - 1 and age <= 150 or rate is null
        table per son / column 001 id = integer not null
        table per son / column 002 full "name = varchar(40) not null default 'it's a\b' collate nocase
        table per son / column 003 status = text default 'new'
        table per son / column 004 age = smallint default '-1'
        table per son / column 005 rate = decimal(5,2) default '1.5'
        table per son / column 006 active = boolean default true
        table per son / column 007 made = timestamp default current_timestamp
        table per son / column 008 uid = char(36) default lower hex randomblob 16
        table per son / column 009 photo = blob default 00ff
        table per son / column 010 gone = text
        table per son / column 011 label = text generated stored upper full "name || ' (' || age || ')'
        table per son / column 012 twice = int generated virtual age * 2
        table per son / column 013 team = integer
        table per son / column 014 boss = integer
        table per son / foreign key fk_boss = boss -> per son(id) on delete restrict on update cascade
        table per son / foreign key fk_team = team -> team(id) on delete set null deferrable initially deferred
        table per son / index ix_active = unique uid where active and status <> 'old'
        table per son / index ix_name = (lower full "name), age desc, (status collate rtrim), id
        table per son / primary key pk_Per son_id = id
        table per son / unique uq_Per son_uid = uid
        table per son / unique uq_person = team, full "name
        table seat = strict without rowid
        table seat / column 001 row = integer not null
        table seat / column 002 place = integer not null
        table seat / primary key pk_seat_place_row = place, row
        table team =
        table team / column 001 id = integer not null identity
        table team / column 002 lead = integer
        table team / foreign key fk_team_lead = lead -> per son(id)
        table team / primary key pk_team = id
        view grown = select id , full "name called , count 0 times from per son p join team on id = team where age > 17 group by id
    "#,
    );
    made_anew("SQLITE", &[], &catalog).await;
}

#[tokio::test]
async fn routines_and_triggers_of_postgres() {
    let catalog = catalog_of(
        "POSTGRES",
        &[r#"
        CREATE TABLE account (id integer, balance integer);
        CREATE TABLE driftless_kept_account_1 (id integer);
        CREATE VIEW rich AS SELECT id FROM account;
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
          AS 'SELECT a + b';
        CREATE FUNCTION add(a text) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, '' AS 'SELECT a';
        CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql RETURN a + a;
        CREATE FUNCTION rows_of(INOUT a integer, OUT b numeric(5,2)) RETURNS SETOF record LANGUAGE sql ROWS 5 AS 'SELECT 1, 2';
        CREATE FUNCTION list() RETURNS TABLE (a integer, b numeric(5,2)) LANGUAGE sql AS 'SELECT 1, 2';
        CREATE PROCEDURE clear(IN what text) LANGUAGE sql AS 'DELETE FROM account';
        CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
        CREATE TRIGGER stamped BEFORE INSERT OR UPDATE OF balance, id ON account FOR EACH ROW
          WHEN (NEW.balance > 0) EXECUTE FUNCTION stamp('a', 1);
        CREATE TRIGGER emptied AFTER TRUNCATE ON account EXECUTE FUNCTION stamp();
        CREATE TRIGGER written INSTEAD OF DELETE ON rich FOR EACH ROW EXECUTE FUNCTION stamp();
        CREATE TRIGGER unseen AFTER DELETE ON driftless_kept_account_1 EXECUTE FUNCTION stamp();
        COMMENT ON TRIGGER emptied ON account IS 'gone';
        COMMENT ON FUNCTION add(integer, integer) IS 'the sum';
    "#],
    )
    .await;
    holds(
        &catalog,
        r#"
        function add(integer, integer) = (a integer, b integer default 1) returns integer language sql cost 5 immutable parallel safe strict as SELECT a + b comment 'the sum'
        function add(text) = (a text) returns text language sql security definer set search_path pg_catalog,  as SELECT a
        function list() = returns table(a integer, b numeric) language sql as SELECT 1, 2
        function rows_of(integer) = (inout a integer, out b numeric) returns setof record language sql rows 5 as SELECT 1, 2
        function stamp() = returns trigger language plpgsql as BEGIN RETURN NEW; END
        function twice(integer) = (a integer) returns integer language sql as return a + a
        procedure clear(text) = (what text) language sql as DELETE FROM account
        table account =
        table account / column balance = integer
        table account / column id = integer
        table account / trigger emptied = after truncate each statement execute function stamp ( ) comment 'gone'
        table account / trigger stamped = before insert or update of balance, id each row when balance > 0 execute function stamp ( 'a' , '1' )
        table rich / trigger written = instead of delete each row execute function stamp ( )
        view rich = select id from account
    "#,
    );
    made_anew("POSTGRES", &[], &catalog).await;
}

const ROUTINES: [&str; 6] = [
    "CREATE TABLE account (id int PRIMARY KEY, balance int)",
    "CREATE TABLE driftless_kept_account_1 (id int)",
    "CREATE FUNCTION twice(a INT, b VARCHAR(10)) RETURNS DECIMAL(10,2) DETERMINISTIC NO SQL COMMENT 'two of it' RETURN a * 2",
    "CREATE PROCEDURE clear(IN a INT, OUT b INT) SQL SECURITY INVOKER MODIFIES SQL DATA BEGIN DELETE FROM account; -- all\nSET b = 1; END",
    "CREATE TRIGGER stamped BEFORE UPDATE ON account FOR EACH ROW SET NEW.balance = NEW.balance + 1",
    "CREATE TRIGGER unseen AFTER DELETE ON driftless_kept_account_1 FOR EACH ROW SET @a = 1",
];

const ROUTINES_READ: &str = r#"
        function twice(int, varchar(10)) = (a int, b varchar(10)) returns decimal(10,2) deterministic no sql as return a * 2 comment 'two of it'
        procedure clear(int) = (a int, out b int) modifies sql data sql security invoker as begin delete from account ; set b = 1 ; end
        table account =
        table account / column 001 id = int not null
        table account / column 002 balance = int
        table account / primary key = id
        table account / trigger stamped = before update each row set new . balance = new . balance + 1
"#;

#[tokio::test]
async fn routines_and_triggers_of_mysql() {
    let catalog = catalog_of("MYSQL", &ROUTINES).await;
    holds(&catalog, ROUTINES_READ);
    made_anew("MYSQL", &[], &catalog).await;
}

#[tokio::test]
async fn routines_and_triggers_of_mariadb() {
    let catalog = catalog_of("MARIADB", &ROUTINES).await;
    holds(&catalog, ROUTINES_READ);
    made_anew("MARIADB", &[], &catalog).await;
}

#[tokio::test]
async fn what_stands_beside_the_tables_of_postgres() {
    let catalog = catalog_of(
        "POSTGRES",
        &[r#"
        CREATE SCHEMA app;
        COMMENT ON SCHEMA app IS 'ours';
        CREATE TYPE mood AS ENUM ('fine', 'bad');
        COMMENT ON TYPE mood IS 'how it is';
        CREATE DOMAIN amount AS numeric(10,2) DEFAULT 1 NOT NULL CONSTRAINT ck_amount CHECK (VALUE > 0);
        CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 2 CACHE 3 CYCLE;
        CREATE SEQUENCE small AS smallint;
        CREATE UNLOGGED TABLE item (
          id serial, mood mood, price amount, tags text[], span int4range,
          CONSTRAINT uq_price UNIQUE NULLS NOT DISTINCT (price) DEFERRABLE INITIALLY DEFERRED,
          CONSTRAINT ex_span EXCLUDE USING gist (span WITH &&) WHERE (id > 1)
        );
        ALTER TABLE item ADD CONSTRAINT ck_id CHECK (id > 0) NOT VALID;
        CREATE INDEX ix_tags ON item USING gin (tags);
        CREATE INDEX ix_id ON item (id DESC NULLS LAST, price NULLS FIRST) INCLUDE (mood);
        CREATE TABLE book (pages integer) INHERITS (item);
        CREATE TABLE measured (at date NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE measured_2020 PARTITION OF measured FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE VIEW good AS SELECT id FROM item WHERE id > 0 WITH CASCADED CHECK OPTION;
        COMMENT ON VIEW good IS 'the good';
        CREATE MATERIALIZED VIEW kept AS SELECT id FROM item;
        CREATE UNIQUE INDEX ix_kept ON kept (id);
        ALTER TABLE item ENABLE ROW LEVEL SECURITY;
        ALTER TABLE item FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON item AS RESTRICTIVE FOR UPDATE USING (id > 1) WITH CHECK (id > 2);
        GRANT SELECT ON item TO PUBLIC;
        GRANT USAGE ON SEQUENCE numbers TO pg_monitor WITH GRANT OPTION;
        GRANT USAGE ON SCHEMA app TO pg_monitor;
    "#],
    )
    .await;
    holds(
        &catalog,
        r#"
        domain amount = numeric(10,2) not null default '1'
        domain amount / check ck_amount = value > 0
        enum mood = 'fine', 'bad' comment 'how it is'
        grant select on table item to public =
        grant usage on schema app to pg_monitor =
        grant usage on sequence numbers to pg_monitor = grantable
        materialized view kept = select id from item
        materialized view kept / index ix_kept = unique id
        schema app = comment 'ours'
        sequence item_id_seq = integer
        sequence numbers = start 5 increment 2 cache 3 cycle
        sequence small = smallint
        table book = inherits item
        table book / column pages = integer
        table item = unlogged row security forced row security
        table item / check ck_id = id > 0 not valid
        table item / column id = integer not null default nextval 'item_id_seq'
        table item / column mood = mood
        table item / column price = amount
        table item / column span = int4range
        table item / column tags = text[]
        table item / exclusion ex_span = gist span with && where id > 1
        table item / index ix_id = id desc nulls last, price nulls first include mood
        table item / index ix_tags = tags using gin
        table item / policy own = update restrictive using id > 1 check id > 2
        table item / unique uq_price = price nulls not distinct deferrable initially deferred
        table measured = partition by range at partition measured_2020 for values from '2020-01-01' to '2021-01-01'
        table measured / column at = date not null
        view good = select id from item where id > 0 with cascaded check option comment 'the good'
    "#,
    );
    made_anew("POSTGRES", &[], &catalog).await;
}

#[tokio::test]
async fn what_stands_beside_the_tables_of_mariadb() {
    let catalog = catalog_of(
        "MARIADB",
        &[
            "CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 2 CACHE 3 CYCLE COMMENT = 'the numbers'",
            "CREATE TABLE part (id int, seen timestamp INVISIBLE, name varchar(9) CHARACTER SET latin1)
               PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
            "CREATE TABLE words (word int) ENGINE = MyISAM DEFAULT CHARSET latin1",
            "CREATE VIEW good AS SELECT id FROM part WHERE id > 0 WITH LOCAL CHECK OPTION",
        ],
    )
    .await;
    holds(
        &catalog,
        r#"
        sequence numbers = start 5 increment 2 cache 3 cycle comment 'the numbers'
        table part = partition by range id partition p0 values less than 10 , partition p1 values less than maxvalue
        table part / column 001 id = int
        table part / column 002 seen = timestamp invisible
        table part / column 003 name = varchar(9) collate latin1_swedish_ci
        table words = engine myisam collate latin1_swedish_ci
        table words / column 001 word = int
        view good = select id from part where id > 0 with local check option
    "#,
    );
    made_anew("MARIADB", &[], &catalog).await;
}

const GRANTS: [&str; 8] = [
    "CREATE TABLE account (id int)",
    "CREATE VIEW rich AS SELECT id FROM account",
    "CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2",
    "CREATE PROCEDURE clear() DELETE FROM account",
    "GRANT SELECT, INSERT ON account TO introspect_reader@'%' WITH GRANT OPTION",
    "GRANT SELECT ON rich TO introspect_reader@'%'",
    "GRANT EXECUTE, ALTER ROUTINE ON FUNCTION twice TO introspect_reader@'%'",
    "GRANT EXECUTE ON PROCEDURE clear TO introspect_reader@'%' WITH GRANT OPTION",
];

async fn grants(server: &str, more: &[&str], [grants_read, objects_read]: [&str; 2]) {
    let mut admin = connect(&server_url(server)).await;
    execute(&mut admin, "CREATE USER IF NOT EXISTS introspect_reader@'%'").await;
    let catalog = catalog_of(server, &[&GRANTS, more].concat()).await;
    holds(
        &catalog,
        &format!(
            r#"
        function twice(int) = (a int) returns int deterministic as return a * 2
        grant alter routine on function twice to introspect_reader =
        grant execute on function twice to introspect_reader =
        grant execute on procedure clear to introspect_reader =
        grant grant option on procedure clear to introspect_reader =
        grant grant option on table account to introspect_reader =
        grant insert on table account to introspect_reader =
        {grants_read}grant select on table account to introspect_reader =
        grant select on table rich to introspect_reader =
        procedure clear() = as delete from account
        {objects_read}table account =
        table account / column 001 id = int
        view rich = select id from account
    "#
        ),
    );
    made_anew(server, &[], &catalog).await;
    execute(&mut admin, "DROP USER introspect_reader@'%'").await;
}

#[tokio::test]
async fn grants_of_mysql() {
    grants("MYSQL", &[], ["", ""]).await;
}

#[tokio::test]
async fn grants_of_mariadb() {
    let sequence = [
        "CREATE SEQUENCE numbers",
        "GRANT SELECT ON numbers TO introspect_reader@'%'",
    ];
    let read = [
        "grant select on sequence numbers to introspect_reader =\n",
        "sequence numbers =\n",
    ];
    grants("MARIADB", &sequence, read).await;
}

/// Names are such that an order by name would not do.
#[tokio::test]
async fn what_needs_each_other_is_made_in_order() {
    let catalog = catalog_of(
        "POSTGRES",
        &[r#"
        CREATE DOMAIN z_amount AS integer CHECK (VALUE > 0);
        CREATE DOMAIN amount AS z_amount DEFAULT 1;
        CREATE FUNCTION z_next(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
        CREATE TABLE z_item (id integer PRIMARY KEY, note text);
        CREATE TABLE box (
          id integer PRIMARY KEY DEFAULT z_next(1), price amount, item integer REFERENCES z_item,
          twice integer GENERATED ALWAYS AS (z_next(2)) STORED, CHECK (z_next(id) > 0)
        );
        CREATE INDEX ix_box ON box (z_next(id)) WHERE z_next(item) > 3;
        ALTER TABLE z_item ADD box integer REFERENCES box;
        ALTER TABLE box ADD CONSTRAINT fk_later FOREIGN KEY (id) REFERENCES z_item NOT VALID;
        CREATE TABLE a_child () INHERITS (z_item);
        CREATE VIEW z_view AS SELECT id, z_next(id) AS next FROM z_item;
        CREATE FUNCTION all_items() RETURNS SETOF z_item LANGUAGE sql AS 'SELECT * FROM z_item';
        CREATE MATERIALIZED VIEW m_view AS SELECT next FROM z_view;
        CREATE VIEW a_view AS SELECT a.id, m.next FROM all_items() AS a JOIN m_view AS m ON m.next > a.id;
        CREATE FUNCTION of_view(v a_view) RETURNS integer LANGUAGE sql AS 'SELECT v.id';
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER stamped BEFORE INSERT ON box FOR EACH ROW WHEN (z_next(NEW.id) > 1) EXECUTE FUNCTION stamp();
        CREATE POLICY own ON box USING (z_next(id) > 1);
    "#],
    )
    .await;
    assert_eq!(catalog.objects().count() + catalog.tables().count(), 14);
    made_anew("POSTGRES", &[], &catalog).await;
}

#[tokio::test]
async fn what_stands_beside_the_tables_of_mysql() {
    let catalog = catalog_of(
        "MYSQL",
        &[
            "CREATE TABLE part (id int, seen timestamp NULL INVISIBLE, name varchar(9) CHARACTER SET latin1)
               PARTITION BY RANGE COLUMNS (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (MAXVALUE))",
            "CREATE TABLE spread (id int) PARTITION BY HASH (id) PARTITIONS 4",
            "CREATE TABLE words (word int) ENGINE = MyISAM DEFAULT CHARSET latin1",
            "CREATE VIEW good AS SELECT id FROM part WHERE id > 0 WITH LOCAL CHECK OPTION",
        ],
    )
    .await;
    holds(
        &catalog,
        r#"
        table part = partition by range columns id partition p0 values less than 10 , partition p1 values less than maxvalue
        table part / column 001 id = int
        table part / column 002 seen = timestamp invisible
        table part / column 003 name = varchar(9) collate latin1_swedish_ci
        table spread = partition by hash id partitions 4
        table spread / column 001 id = int
        table words = engine myisam collate latin1_swedish_ci
        table words / column 001 word = int
        view good = select id from part where id > 0 with local check option
    "#,
    );
    made_anew("MYSQL", &[], &catalog).await;
}
