select id,
       total
from orders
where total > 0
