DELIMITER //
create procedure p() begin select 1; end//
DELIMITER ;
select 2;
delimiter
select 3;
DELIMITER $$ x
select 4$$ x
