CREATE TABLE designs (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  owner text NOT NULL,
  cloned_from uuid REFERENCES designs,
  -- False while its items are being copied
  complete boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE items (
  design_id uuid NOT NULL REFERENCES designs,
  number text NOT NULL CHECK (number <> ''),
  name text NOT NULL,
  state text NOT NULL DEFAULT 'DRAFT',
  mass_grams numeric NOT NULL CHECK (mass_grams >= 0),
  PRIMARY KEY (design_id, number)
);

CREATE TABLE parts (
  id uuid PRIMARY KEY,
  number text NOT NULL UNIQUE,
  revision text NOT NULL,
  changed_by text NOT NULL
);

CREATE TABLE work_instructions (
  id uuid PRIMARY KEY,
  number text NOT NULL UNIQUE,
  title text NOT NULL,
  owner text NOT NULL
);

CREATE TABLE work_instruction_parts (
  work_instruction_id uuid NOT NULL REFERENCES work_instructions ON DELETE CASCADE,
  part_id uuid NOT NULL REFERENCES parts,
  PRIMARY KEY (work_instruction_id, part_id)
);

CREATE INDEX work_instruction_parts_part ON work_instruction_parts (part_id);

-- The owners that each job has alerted, so that a job that runs again alerts nobody twice
CREATE TABLE alerts (
  job_id uuid NOT NULL,
  owner text NOT NULL,
  part_id uuid NOT NULL REFERENCES parts,
  revision text NOT NULL,
  alerted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, owner)
);

CREATE TABLE cache_entries (
  key text PRIMARY KEY,
  value text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX cache_entries_expiry ON cache_entries (expires_at);

-- What people have asked for in the way of CAD files and widgets
CREATE TABLE orders (
  job_id uuid PRIMARY KEY,
  item text NOT NULL,
  what text NOT NULL,
  ordered_by text NOT NULL,
  ordered_at timestamptz NOT NULL DEFAULT now()
);
