-- SQLAlchemy 2.1.9: create_mock_engine("postgresql://", …), metadata.create_all

CREATE TYPE role AS ENUM ('member', 'lead');

CREATE TABLE team (
	id SERIAL NOT NULL,
	name VARCHAR(100) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name)
);

CREATE TABLE person (
	id SERIAL NOT NULL,
	team_id INTEGER NOT NULL,
	email VARCHAR(255) NOT NULL,
	role role DEFAULT 'member' NOT NULL,
	score INTEGER,
	created TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT person_score CHECK (score BETWEEN 0 AND 100),
	FOREIGN KEY(team_id) REFERENCES team (id) ON DELETE CASCADE,
	UNIQUE (email)
);

CREATE INDEX person_team_role ON person (team_id, role);
