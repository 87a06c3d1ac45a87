-- Traces that go on from the submit to the handler.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- Where the job was submitted: a traceparent as the W3C's Trace Context defines it, and after a space a tracestate if there
-- is one. Null if nobody traces.
ALTER TABLE jobs ADD COLUMN trace_context text;
