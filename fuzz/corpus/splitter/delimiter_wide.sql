DELIMITER é
select 1é select 2é