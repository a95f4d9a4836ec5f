DELIMITER b
abc; xbx "b" b