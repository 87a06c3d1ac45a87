-- Why an attempt counts as failed. Rows without a reason were written before there were reasons, or by a
-- worker in another language: they failed by the exception that error_class names.
ALTER TABLE jobs ADD COLUMN error_reason text;
ALTER TABLE job_attempts ADD COLUMN error_reason text;
