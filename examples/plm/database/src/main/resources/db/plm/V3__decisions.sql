-- The history of what people have decided about items
CREATE TABLE decisions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  design_id uuid NOT NULL,
  item text NOT NULL,
  state text NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (design_id, item) REFERENCES items
);
