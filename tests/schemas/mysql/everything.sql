-- What large applications lack: one of everything that a schema of MySQL 8.0.16 and MariaDB 10.6 and later can both hold.
-- `mysql DATABASE < everything.sql` into an empty database; triggers and routines need log_bin_trust_function_creators or a superuser.

SET NAMES utf8mb4;
SET FOREIGN_KEY_CHECKS = 0;

-- Columns of every type, defaults of every kind

CREATE TABLE all_types (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  c_bool boolean NOT NULL DEFAULT true,
  c_tinyint tinyint DEFAULT -1,
  c_tinyint_u tinyint unsigned DEFAULT 255,
  c_tinyint1_u tinyint(1) unsigned,
  c_smallint smallint DEFAULT 0,
  c_smallint_u smallint unsigned,
  c_mediumint mediumint,
  c_mediumint_u mediumint unsigned NOT NULL DEFAULT 7,
  c_int int,
  c_int_u int unsigned,
  c_int_zero int(10) unsigned zerofill,
  c_bigint bigint DEFAULT 9223372036854775807,
  c_bigint_u bigint unsigned DEFAULT 18446744073709551615,
  c_decimal decimal,
  c_decimal_p decimal(6) DEFAULT 12,
  c_decimal_ps decimal(20,6) NOT NULL DEFAULT 0.000001,
  c_decimal_u decimal(8,2) unsigned,
  c_decimal_z decimal(5,2) unsigned zerofill,
  c_float float DEFAULT 1.5,
  c_float_u float unsigned,
  c_double double,
  c_double_ps double(10,3),
  c_bit bit DEFAULT b'1',
  c_bit_n bit(12) DEFAULT b'101',
  c_char char,
  c_char_n char(3) NOT NULL DEFAULT 'abc',
  c_varchar varchar(40) DEFAULT 'it''s "so" \\ and\na line',
  c_varchar_empty varchar(255) NOT NULL DEFAULT '',
  c_varchar_latin varchar(20) CHARACTER SET latin1 COLLATE latin1_german1_ci DEFAULT 'x',
  c_varchar_bin varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  c_char_ascii char(36) CHARACTER SET ascii,
  c_nvarchar nvarchar(12),
  c_tinytext tinytext,
  c_text text,
  c_mediumtext mediumtext COLLATE utf8mb4_unicode_ci,
  c_longtext longtext CHARACTER SET latin1,
  c_binary binary(16),
  c_binary_default binary(4) DEFAULT 'ab',
  c_varbinary varbinary(64) DEFAULT '',
  c_tinyblob tinyblob,
  c_blob blob,
  c_mediumblob mediumblob,
  c_longblob longblob,
  c_enum enum('a','b c','it''s','') NOT NULL DEFAULT 'b c',
  c_enum_latin enum('x','y') CHARACTER SET latin1,
  c_set set('read','write','run') DEFAULT 'read,run',
  c_date date DEFAULT '2000-01-31',
  c_time time,
  c_time_p time(3) DEFAULT '12:00:00.5',
  c_datetime datetime DEFAULT CURRENT_TIMESTAMP,
  c_datetime_p datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  c_datetime_update datetime NULL ON UPDATE CURRENT_TIMESTAMP,
  c_timestamp timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  c_timestamp_null timestamp NULL DEFAULT NULL,
  c_timestamp_p timestamp(3) NULL DEFAULT '2001-02-03 04:05:06.007',
  c_year year DEFAULT 2024,
  c_json json,
  c_geometry geometry,
  c_point point,
  c_linestring linestring,
  c_polygon polygon,
  c_multipoint multipoint,
  c_multilinestring multilinestring,
  c_multipolygon multipolygon,
  c_geometrycollection geometrycollection,
  c_default_expression int DEFAULT (1 + 2 * 3),
  c_default_uuid char(36) DEFAULT (uuid()),
  c_default_function varchar(30) DEFAULT (concat('a', lower('B'))),
  c_default_text text DEFAULT ('a text'),
  c_virtual int GENERATED ALWAYS AS (c_int * 2) VIRTUAL,
  c_stored varchar(120) GENERATED ALWAYS AS (concat(upper(c_varchar), '-', c_varchar_empty)) STORED,
  c_from_json varchar(20) GENERATED ALWAYS AS (json_unquote(json_extract(c_json, '$.kind'))) VIRTUAL COMMENT 'the "kind"',
  c_commented int DEFAULT 1 COMMENT 'it''s commented; with a \\ and a\nsecond line',
  PRIMARY KEY (id),
  KEY all_types_virtual (c_virtual),
  KEY all_types_stored (c_stored(10))
) ENGINE=InnoDB AUTO_INCREMENT=1000 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='each type once; it''s a "comment"';

-- Keys

CREATE TABLE team (
  tenant int unsigned NOT NULL DEFAULT 1,
  id int unsigned NOT NULL,
  name varchar(100) NOT NULL,
  lead_id int unsigned,
  lead_tenant int unsigned,
  PRIMARY KEY (tenant, id),
  UNIQUE KEY team_name (name),
  KEY team_lead (lead_tenant, lead_id),
  CONSTRAINT team_lead_fk FOREIGN KEY (lead_tenant, lead_id) REFERENCES person (tenant, id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT team_name_not_blank CHECK (trim(name) <> ''),
  CHECK (id > 0 OR tenant > 0)
) COMMENT 'a cycle: team to person, person to team';
CREATE TABLE person (
  tenant int unsigned NOT NULL,
  id int unsigned NOT NULL AUTO_INCREMENT,
  team_id int unsigned,
  boss_tenant int unsigned,
  boss_id int unsigned,
  email varchar(190) COLLATE utf8mb4_bin NOT NULL,
  born date CHECK (born > '1900-01-01'),
  score tinyint unsigned DEFAULT 0,
  PRIMARY KEY (tenant, id),
  CONSTRAINT person_score CHECK (score between 0 and 100),
  UNIQUE KEY person_id (id),
  UNIQUE KEY person_email (email) COMMENT 'one each',
  CONSTRAINT person_team_fk FOREIGN KEY (tenant, team_id) REFERENCES team (tenant, id) ON DELETE RESTRICT ON UPDATE NO ACTION,
  CONSTRAINT person_boss_fk FOREIGN KEY (boss_tenant, boss_id) REFERENCES person (tenant, id) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE membership (
  person_id int unsigned NOT NULL,
  role enum('member','guest') DEFAULT 'member',
  since timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE no_key (a int, b text);
CREATE TABLE auto_not_first (kind int NOT NULL, number int NOT NULL AUTO_INCREMENT, PRIMARY KEY (kind, number), KEY auto_not_first_number (number));
CREATE TABLE auto_unique (id int NOT NULL AUTO_INCREMENT, UNIQUE KEY auto_unique_id (id));

-- Indexes

CREATE TABLE document (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title varchar(200) NOT NULL,
  body longtext,
  data blob,
  place point NOT NULL,
  size bigint,
  created datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  KEY document_title (title),
  KEY document_prefix (title(10), body(20), data(5)),
  KEY document_descending (created DESC, size ASC, title(5) DESC),
  KEY document_btree (size) USING BTREE COMMENT 'by size',
  UNIQUE KEY `Document Size` (size, id),
  FULLTEXT KEY document_words (title, body),
  FULLTEXT KEY document_body (body) COMMENT 'the text alone',
  SPATIAL KEY document_place (place)
) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Tables of other engines and options

CREATE TABLE in_myisam (id int PRIMARY KEY, words text, FULLTEXT KEY in_myisam_words (words)) ENGINE=MyISAM MAX_ROWS=1000 CHECKSUM=1 COMMENT='old';
CREATE TABLE in_memory (id int PRIMARY KEY, name varchar(10), KEY in_memory_name (name) USING HASH) ENGINE=MEMORY;
CREATE TABLE in_dynamic (id int PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=DYNAMIC STATS_PERSISTENT=1;
CREATE TABLE in_latin (a varchar(20), b varchar(20) CHARACTER SET utf8mb4, c text) CHARSET=latin1 COLLATE=latin1_swedish_ci;
CREATE TABLE in_binary (a varchar(20), b char(4)) CHARSET=binary;

-- Partitions

CREATE TABLE by_range (id int NOT NULL, at date NOT NULL, value decimal(8,3), PRIMARY KEY (id, at))
PARTITION BY RANGE (year(at)) (
  PARTITION p2023 VALUES LESS THAN (2024) COMMENT = 'past',
  PARTITION p2024 VALUES LESS THAN (2025),
  PARTITION later VALUES LESS THAN MAXVALUE
);
CREATE TABLE by_range_columns (id int NOT NULL, city varchar(20) NOT NULL, at datetime NOT NULL)
PARTITION BY RANGE COLUMNS (at, city) (
  PARTITION first_half VALUES LESS THAN ('2024-07-01', 'M'),
  PARTITION rest VALUES LESS THAN (MAXVALUE, MAXVALUE)
);
CREATE TABLE by_list (id int NOT NULL, kind int)
PARTITION BY LIST (kind) (PARTITION few VALUES IN (1, 2, NULL), PARTITION many VALUES IN (3, 4));
CREATE TABLE by_list_columns (id int, city varchar(20))
PARTITION BY LIST COLUMNS (city) (PARTITION north VALUES IN ('Oslo', 'Turku'), PARTITION south VALUES IN ('Rome', 'L''Aquila'));
CREATE TABLE by_hash (id int NOT NULL PRIMARY KEY, name text) PARTITION BY HASH (id) PARTITIONS 4;
CREATE TABLE by_linear_hash (id int NOT NULL, at date) PARTITION BY LINEAR HASH (year(at)) PARTITIONS 3;
CREATE TABLE by_key (code varchar(20) NOT NULL PRIMARY KEY) PARTITION BY KEY (code) PARTITIONS 2;
CREATE TABLE by_sub (id int, at date) PARTITION BY RANGE (to_days(at)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (
  PARTITION old VALUES LESS THAN (738000),
  PARTITION new VALUES LESS THAN MAXVALUE
);

-- Views

CREATE VIEW scored AS SELECT tenant, id, email, score FROM person WHERE score > 0;
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW high_scored AS SELECT * FROM scored WHERE score > 50 WITH LOCAL CHECK OPTION;
CREATE VIEW highest_scored (id, mail) AS SELECT id, email FROM high_scored WHERE score > 90 WITH CASCADED CHECK OPTION;
CREATE ALGORITHM=TEMPTABLE VIEW summary AS
  SELECT t.name AS name, count(p.id) AS people, group_concat(p.email ORDER BY p.email SEPARATOR '; ') AS mails, 'it''s' AS `the text`
  FROM team t LEFT JOIN person p ON p.tenant = t.tenant AND p.team_id = t.id GROUP BY t.name HAVING count(*) > 0;
CREATE VIEW recursive_view AS
  WITH RECURSIVE chain AS (SELECT tenant, id, 0 AS depth FROM person WHERE boss_id IS NULL
    UNION ALL SELECT p.tenant, p.id, c.depth + 1 FROM person p JOIN chain c ON p.boss_tenant = c.tenant AND p.boss_id = c.id)
  SELECT id, depth, row_number() OVER (PARTITION BY depth ORDER BY id) AS place FROM chain;

-- Routines, triggers, events

DELIMITER ;;
CREATE FUNCTION add_up(a int, b int) RETURNS int DETERMINISTIC NO SQL COMMENT 'of two' RETURN a + b;;
CREATE FUNCTION person_count(of_tenant int unsigned) RETURNS bigint READS SQL DATA SQL SECURITY INVOKER
BEGIN
  DECLARE found bigint DEFAULT 0;
  -- a comment; with a semicolon and a 'quote'
  SELECT count(*) INTO found FROM person WHERE tenant = of_tenant;
  RETURN found;
END;;
CREATE FUNCTION in_charset(t varchar(20) CHARACTER SET latin1) RETURNS varchar(40) CHARSET utf8mb4 COLLATE utf8mb4_bin DETERMINISTIC
  RETURN concat(t, '!');;
CREATE PROCEDURE clean_up(IN older_than int, OUT removed int, INOUT total decimal(10,2)) MODIFIES SQL DATA COMMENT 'it''s thorough'
BEGIN
  DELETE FROM document WHERE created < now() - INTERVAL older_than DAY;
  SET removed = row_count();
  IF removed > 0 THEN
    SET total = total + removed;
  END IF;
END;;
CREATE TRIGGER document_before BEFORE INSERT ON document FOR EACH ROW
BEGIN
  IF NEW.size IS NULL THEN SET NEW.size = 0; END IF;
END;;
CREATE TRIGGER document_before_too BEFORE INSERT ON document FOR EACH ROW FOLLOWS document_before SET NEW.title = trim(NEW.title);;
CREATE TRIGGER document_after AFTER UPDATE ON document FOR EACH ROW INSERT INTO no_key VALUES (NEW.id, concat('was ', OLD.title));;
CREATE TRIGGER document_deleted AFTER DELETE ON document FOR EACH ROW INSERT INTO no_key VALUES (OLD.id, 'gone');;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'at night' DO DELETE FROM no_key;;
DELIMITER ;

-- Names

CREATE TABLE `Table With ``Ticks`` And Spaces` (
  `Id` int NOT NULL AUTO_INCREMENT,
  `select` int NOT NULL,
  `order by` varchar(20) DEFAULT 'from',
  `tick``ed` int,
  `apostrophe's` int,
  `quote"d` int,
  `übergröße` int,
  `a.b` int,
  `1st` int,
  `$dollar` int,
  `per%cent` int,
  `semi;colon` int,
  `back\slash` int,
  PRIMARY KEY (`Id`),
  UNIQUE KEY `Unique; Of` (`select`, `order by`),
  KEY `Key On ``it``` (`übergröße`),
  CONSTRAINT `Check; Of` CHECK (`tick``ed` <> 1)
);
CREATE TABLE `user` (`user` int PRIMARY KEY, `table` text, `check` bool, `primary` int UNIQUE, `key` int, `default` varchar(9) DEFAULT 'default', KEY `index` (`key`));
CREATE TABLE `order` (`group` int, `desc` text, `when` datetime, CONSTRAINT `constraint` FOREIGN KEY (`group`) REFERENCES `user` (`user`), CONSTRAINT `check` CHECK (`group` > 0));
CREATE VIEW `select` AS SELECT `group` AS `from`, `desc` AS `where` FROM `order`;
CREATE TABLE a_table_with_a_name_of_exactly_sixty_four_letters_as_are_allowed (
  a_column_with_a_name_of_exactly_sixty_four_letters_as_is_allowed int PRIMARY KEY,
  other int,
  KEY an_index_with_a_name_of_exactly_sixty_four_letters_as_is_allowed (other),
  CONSTRAINT a_foreign_key_of_exactly_sixty_four_letters_that_are_all_allowed FOREIGN KEY (other)
    REFERENCES a_table_with_a_name_of_exactly_sixty_four_letters_as_are_allowed (a_column_with_a_name_of_exactly_sixty_four_letters_as_is_allowed)
);

SET FOREIGN_KEY_CHECKS = 1;
