//! Rebuilds of tables on SQLite: what other tools lose in them stays.
//!
//! | what is known of SQLite | test |
//! |---|---|
//! | ADD COLUMN plain, with a constant default, computed on reading | `limits::columns_that_alter_table_adds` |
//! | ADD COLUMN with a check, UNIQUE, REFERENCES, stored, with a default that is not constant | `limits::columns_that_take_a_rebuild` |
//! | ADD COLUMN PRIMARY KEY | `limits::a_primary_key_that_is_added_numbers_the_rows` |
//! | ADD COLUMN that works on an empty table only | `limits::what_rows_have_no_value_for_is_refused_and_leaves_nothing` |
//! | DROP COLUMN plain | `limits::columns_that_alter_table_drops` |
//! | DROP COLUMN of a key, in a check, an index, a reference | `limits::what_stands_on_a_dropped_column_goes_and_comes_back` |
//! | DROP COLUMN in a trigger, a view, a computed column | `limits::a_column_that_others_use_stays`, `limits::a_view_made_by_hand_is_not_broken` |
//! | RENAME COLUMN, RENAME TABLE | `limits::renames_are_followed_by_indexes_views_and_triggers` |
//! | NOT NULL, checks, keys, references, types, defaults | `limits::alterations_are_rebuilds_on_every_version` |
//! | A cascades, C deferred pragma, D NO ACTION, E DEFERRABLE, F and G text of the reference | `behaviour::children_stay_whatever_their_reference_does`, `behaviour::circles_of_references_stay` |
//! | B foreign keys off outside the transaction only | `behaviour::foreign_keys_are_off_before_the_transaction_and_on_after_it` |
//! | the check of references before the commit | `behaviour::rows_that_point_at_nothing_may_be_there_but_not_become_more`, `behaviour::a_script_holds_references_as_a_run_does` |
//! | H views | `behaviour::views_stay_and_still_read_the_table` |
//! | I triggers and indexes | `behaviour::triggers_stay_and_still_fire`, `kept::indexes_of_parts_and_expressions` |
//! | J AUTOINCREMENT | `behaviour::a_counter_never_goes_back` |
//! | K a failure takes all of it back | `behaviour::a_rebuild_that_fails_leaves_nothing`, `behaviour::a_rebuild_without_a_transaction_around_its_changeset_is_one_all_the_same` |
//! | what no changeset made | `behaviour::what_no_changeset_made_stops_it` |
//! | what a way back must know | all of `kept` |
//! | a process that is killed | all of `killed` |

#[path = "../support/mod.rs"]
mod support;

mod behaviour;
mod kept;
mod killed;
mod limits;
mod trial;
