package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.broker.BrokerAccess;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.signal.SharedAnswers;
import dev.tenon.jobs.internal.sql.Database;
import org.jspecify.annotations.Nullable;

/**
 * The sources of jobs of a process's workers.
 *
 * @param database the database of the jobs
 * @param broker the broker of pointers; null if workers claim their jobs from the table
 * @param queues knows the queues that they take pointers from
 * @param looks their shared knowledge about jobs that only the table has
 */
public record JobSources(
    Database database, @Nullable BrokerAccess broker, Queues queues, SharedAnswers looks) {}
