-- The RabbitMQ queue of each type, for whoever publishes its jobs without knowing it.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- By routing key, of the type and of its earlier names, such as {"jobs.widget.process": "jobs.com.example.PlmJobs"}
ALTER TABLE job_types ADD COLUMN queues jsonb NOT NULL DEFAULT '{}';
