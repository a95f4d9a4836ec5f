-- What large applications lack: one of everything that a schema of SQLite 3.37 and later can hold.
-- `sqlite3 -bail app.db < everything.sql` into a new file.

PRAGMA foreign_keys = ON;

-- Types, defaults

CREATE TABLE all_types (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  c_int INT NOT NULL DEFAULT 0,
  c_bigint BIGINT DEFAULT -9223372036854775808,
  c_unsigned UNSIGNED BIG INT,
  c_boolean BOOLEAN DEFAULT TRUE,
  c_real REAL DEFAULT 1.5e-3,
  c_double DOUBLE PRECISION,
  c_numeric NUMERIC(20, 6) DEFAULT +1,
  c_decimal DECIMAL(10,2),
  c_char CHAR(3) DEFAULT 'abc',
  c_varchar VARCHAR(40) NOT NULL DEFAULT '' COLLATE NOCASE,
  c_nvarchar NVARCHAR(12) DEFAULT 'it''s "so"',
  c_text TEXT DEFAULT 'two
lines' COLLATE RTRIM,
  c_clob CLOB DEFAULT NULL,
  c_blob BLOB DEFAULT x'deadbeef',
  c_none,
  c_none_default DEFAULT 5,
  c_date DATE DEFAULT CURRENT_DATE,
  c_time TIME DEFAULT CURRENT_TIME,
  c_datetime DATETIME DEFAULT CURRENT_TIMESTAMP,
  c_timestamp TIMESTAMP DEFAULT (datetime('now', '+1 day')),
  c_json JSON DEFAULT '{"a": [1, null]}',
  c_uuid UUID DEFAULT (lower(hex(randomblob(16)))),
  c_expression INTEGER DEFAULT (1 + 2 * 3),
  c_odd "A Type Of Its Own"(1, -2),
  c_virtual INTEGER GENERATED ALWAYS AS (c_int * 2) VIRTUAL,
  c_stored TEXT AS (upper(c_varchar) || '-' || c_char) STORED NOT NULL,
  c_from_json TEXT AS (json_extract(c_json, '$.a')) -- a comment; in the middle
);

CREATE TABLE strict_types (
  id INTEGER PRIMARY KEY,
  a INT NOT NULL,
  b REAL,
  c TEXT UNIQUE,
  d BLOB,
  e ANY
) STRICT;
CREATE TABLE both_options (k TEXT NOT NULL, v ANY, PRIMARY KEY (k)) STRICT, WITHOUT ROWID;

-- Keys

CREATE TABLE team (
  tenant INTEGER NOT NULL DEFAULT 1,
  id INTEGER NOT NULL,
  name TEXT NOT NULL CONSTRAINT team_name_not_blank CHECK (trim(name) <> ''),
  lead_id INTEGER REFERENCES person (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT team_pk PRIMARY KEY (tenant, id DESC),
  CONSTRAINT team_name_unique UNIQUE (name COLLATE NOCASE) ON CONFLICT REPLACE
) WITHOUT ROWID;
CREATE TABLE person (
  id INTEGER NOT NULL PRIMARY KEY,
  tenant INTEGER,
  team_id INTEGER,
  boss_id INTEGER CONSTRAINT person_boss_fk REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
  email TEXT NOT NULL UNIQUE ON CONFLICT IGNORE,
  born DATE CHECK (born > '1900-01-01'),
  died DATE,
  score INTEGER DEFAULT 0 NOT NULL ON CONFLICT FAIL CHECK (score BETWEEN 0 AND 100),
  CONSTRAINT person_team_fk FOREIGN KEY (tenant, team_id) REFERENCES team (tenant, id)
    ON UPDATE NO ACTION ON DELETE RESTRICT MATCH FULL DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT person_dies_after CHECK (died IS NULL OR died >= born),
  CHECK (email LIKE '%@%' AND email NOT GLOB '* *')
);
CREATE TABLE membership (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  room TEXT DEFAULT 'main' REFERENCES room (code) ON DELETE SET DEFAULT NOT DEFERRABLE,
  PRIMARY KEY (person_id, room)
);
CREATE TABLE room (code TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID;
CREATE TABLE no_key (a, b);
CREATE TABLE int_not_alias (id INT PRIMARY KEY, n INTEGER);
CREATE TABLE alias_descending (id INTEGER PRIMARY KEY DESC, n INTEGER);
CREATE TABLE null_in_key (id TEXT PRIMARY KEY, n INTEGER);
CREATE TABLE many_uniques (a INTEGER UNIQUE, b INTEGER, c INTEGER, UNIQUE (b, c), UNIQUE (c, b), UNIQUE (a, b, c));
CREATE TABLE as_select AS SELECT id, email AS mail, score * 2 AS doubled FROM person;

-- Indexes

CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  owner_id INTEGER REFERENCES person,
  title TEXT NOT NULL,
  data TEXT,
  size INTEGER,
  created DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  deleted DATETIME
);
CREATE INDEX document_title ON document (title);
CREATE INDEX document_collated ON document (title COLLATE NOCASE DESC, created ASC);
CREATE UNIQUE INDEX document_alive ON document (lower(title), owner_id) WHERE deleted IS NULL;
CREATE INDEX document_kind ON document (json_extract(data, '$.kind'), size + 1 DESC);
CREATE INDEX document_odd ON document (created) WHERE title LIKE '%''%' AND size > 100 OR owner_id IN (1, 2);
CREATE UNIQUE INDEX "Document Size" ON document (size, id);

-- Views

CREATE VIEW living_person AS SELECT id, email, born FROM person WHERE died IS NULL;
CREATE VIEW young_person (id, mail) AS SELECT id, email FROM living_person WHERE born > '2000-01-01';
CREATE VIEW youngest_person AS SELECT * FROM young_person ORDER BY id DESC LIMIT 1;
CREATE VIEW chain_of_command AS
  WITH RECURSIVE chain (id, depth) AS (
    SELECT id, 0 FROM person WHERE boss_id IS NULL
    UNION ALL SELECT p.id, c.depth + 1 FROM person p JOIN chain c ON p.boss_id = c.id)
  SELECT id, depth, row_number() OVER (PARTITION BY depth ORDER BY id) AS "Place" FROM chain;

-- Triggers

CREATE TRIGGER document_touch AFTER UPDATE OF title, data ON document
FOR EACH ROW WHEN OLD.title IS NOT NEW.title BEGIN
  -- a comment; with a semicolon, and a 'quote'
  UPDATE document SET created = CURRENT_TIMESTAMP WHERE id = NEW.id;
  INSERT INTO no_key VALUES (NEW.id, 'touched; it''s new');
END;
CREATE TRIGGER document_before BEFORE INSERT ON document WHEN NEW.size < 0 BEGIN
  SELECT RAISE(ABORT, 'no size below zero');
END;
CREATE TRIGGER document_deleted AFTER DELETE ON document BEGIN
  DELETE FROM no_key WHERE a = CASE WHEN OLD.id > 0 THEN OLD.id ELSE 0 END;
END;
CREATE TRIGGER living_insert INSTEAD OF INSERT ON living_person BEGIN
  INSERT INTO person (email, born) VALUES (NEW.email, NEW.born);
END;

-- Names

CREATE TABLE "Table With ""Quotes"" And Spaces" (
  "Id" INTEGER PRIMARY KEY,
  [select] INTEGER NOT NULL,
  `order by` TEXT DEFAULT 'from',
  'apostrophed' TEXT,
  "quote""d" TEXT CHECK ("quote""d" <> '"'),
  "apostrophe's" TEXT,
  "übergröße" TEXT,
  "a.b" TEXT,
  "1st" INTEGER,
  "per%cent" INTEGER,
  "semi;colon" INTEGER,
  "back\slash" INTEGER,
  "emoji 🙂" TEXT,
  CONSTRAINT "Unique; Of" UNIQUE ([select], "order by")
);
CREATE INDEX "Index On ""it""" ON "Table With ""Quotes"" And Spaces" ("übergröße", lower("a.b"));
CREATE TABLE "user" ("user" INTEGER PRIMARY KEY, "table" TEXT, "check" BOOLEAN, "primary" INTEGER UNIQUE, "default" TEXT DEFAULT 'default');
CREATE TABLE "order" ("group" INTEGER REFERENCES "user" ("user"), "desc" TEXT, "when" DATETIME, CONSTRAINT "constraint" CHECK ("group" > 0));
CREATE VIEW "select" AS SELECT "group" AS "from", "desc" AS "where" FROM "order";
CREATE TABLE main.with_schema (id INTEGER PRIMARY KEY);
create table lower_case_words (id integer primary key autoincrement, name text not null collate nocase default 'x', check (name<>''))strict;
CREATE TABLE/* a comment */commented(-- first
  id INTEGER /* the key */ PRIMARY KEY, -- second; line
  n INTEGER /* last */
);

-- Changed after they were made

CREATE TABLE changed (a INTEGER, b TEXT, c TEXT);
ALTER TABLE changed ADD COLUMN d INTEGER NOT NULL DEFAULT 4 CHECK (d > 0);
ALTER TABLE changed RENAME COLUMN b TO "b renamed";
ALTER TABLE changed DROP COLUMN a;
ALTER TABLE changed RENAME TO changed_and_renamed;

-- Search

CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize = 'porter');
