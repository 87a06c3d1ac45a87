-- Which installation of Tenon this schema is. Pointers in RabbitMQ carry the id: two applications that share a virtual host and
-- a name prefix by mistake do not take each other's.

CREATE TABLE installation (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid()
);
-- One row at most
CREATE UNIQUE INDEX installation_one_row ON installation ((true));

INSERT INTO installation DEFAULT VALUES;
