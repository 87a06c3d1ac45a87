CREATE TABLE IF NOT EXISTS orders (
  number text PRIMARY KEY,
  customer text NOT NULL,
  pieces integer NOT NULL CHECK (pieces > 0),
  confirmed_at timestamptz
);
