-- What MariaDB 10.10 and later can hold and MySQL can not, beyond everything.sql; into an empty database.

SET NAMES utf8mb4;

CREATE SEQUENCE numbers START WITH 100 INCREMENT BY 5 MINVALUE 10 MAXVALUE 2000000 CACHE 20 CYCLE;

CREATE TABLE own_types (
  id uuid NOT NULL DEFAULT uuid() PRIMARY KEY,
  address inet6,
  number bigint DEFAULT nextval(numbers),
  hidden int INVISIBLE DEFAULT 3,
  packed text COMPRESSED,
  data json CHECK (json_extract(data, '$.id') IS NOT NULL),
  size int DEFAULT (1 + 1),
  KEY own_types_ignored (number) IGNORED
) PAGE_COMPRESSED=1;

CREATE TABLE versioned (
  id int PRIMARY KEY,
  name varchar(20),
  secret int WITHOUT SYSTEM VERSIONING
) WITH SYSTEM VERSIONING;

CREATE TABLE booked (
  room int,
  starts date,
  ends date,
  PERIOD FOR booked_time (starts, ends),
  UNIQUE KEY booked_once (room, booked_time WITHOUT OVERLAPS)
);

CREATE TABLE in_aria (id int PRIMARY KEY, v varchar(100), KEY in_aria_v (v)) ENGINE=Aria TRANSACTIONAL=1;
CREATE TABLE long_unique (id int PRIMARY KEY, v text, UNIQUE KEY long_unique_v (v) USING HASH);
