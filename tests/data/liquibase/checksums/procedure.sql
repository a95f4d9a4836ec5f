create procedure p()
  -- ${unused} é
begin	end;
