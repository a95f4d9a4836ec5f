do $$ begin insert into facts (id, txt) values (120, 'in a block'); perform 1; end $$;
