-- Which version of its type's payload a job was submitted with, and of its result its outcome was
-- recorded with. Who does not know versions submits, and returns, the first one.
ALTER TABLE jobs
  ADD COLUMN version integer NOT NULL DEFAULT 1 CONSTRAINT jobs_version_check CHECK (version >= 1),
  ADD COLUMN result_version integer;
