select 'é日本🦀' as "é;"; -- 🦀;
select ２;