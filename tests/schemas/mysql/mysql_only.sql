-- What MySQL 8.0.23 and later can hold and MariaDB can not, beyond everything.sql; into an empty database.

SET NAMES utf8mb4;

CREATE TABLE functional (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(50) COLLATE utf8mb4_0900_as_cs,
  tags json DEFAULT (json_array()),
  price decimal(8,2),
  hidden int DEFAULT 3 INVISIBLE,
  place point NOT NULL SRID 4326,
  bytes varbinary(16) DEFAULT (uuid_to_bin('6ccd780c-baba-1026-9564-5b8c656024db')),
  day date DEFAULT (curdate() + interval 1 year),
  KEY functional_lower ((lower(name))),
  UNIQUE KEY functional_mixed (id, (price * 2) DESC),
  KEY functional_tags ((cast(tags->'$.list' AS unsigned array))),
  KEY functional_member ((json_value(tags, '$.kind' RETURNING char(10)))),
  KEY functional_unseen (price) INVISIBLE,
  SPATIAL KEY functional_place (place)
) CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE checked (
  a int,
  b int,
  CONSTRAINT checked_enforced CHECK (a < b),
  CONSTRAINT checked_not_enforced CHECK (a > 0) NOT ENFORCED,
  CHECK (json_schema_valid('{"type":"object"}', json_object('a', a)))
);

CREATE TABLE with_invisible_key (note text);
CREATE TABLE ja (name varchar(20) COLLATE utf8mb4_ja_0900_as_cs_ks, other varchar(20) CHARACTER SET gb18030);
CREATE VIEW lateral_view AS
  SELECT f.id, j.tag FROM functional f JOIN JSON_TABLE(f.tags, '$[*]' COLUMNS (tag varchar(20) PATH '$')) AS j;
