-- What Java workers say of themselves beyond their types.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- The newest version that a worker knows of each of its types, in the order of types. Null for a worker that a previous version of
-- Tenon has registered, and for workers in other languages, which say what they know with each claim.
ALTER TABLE workers ADD COLUMN versions integer[];

-- Which process a worker runs in. Host name and process id do not tell: many containers have the same ones. Null as above.
ALTER TABLE workers ADD COLUMN process uuid;
