package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.broker.BrokerAccess;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.signal.SharedLooks;
import dev.tenon.jobs.internal.sql.Database;
import org.jspecify.annotations.Nullable;

/**
 * Where the workers of a process get their jobs.
 *
 * @param database where the jobs are
 * @param broker how pointers come; null if workers take their jobs from the table
 * @param queues tells from which queues they take pointers
 * @param looks what they know of jobs that only the table has
 */
public record JobSources(
    Database database, @Nullable BrokerAccess broker, Queues queues, SharedLooks looks) {}
