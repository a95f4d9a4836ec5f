delimiter 
;;;
delimiter '
select 1'
