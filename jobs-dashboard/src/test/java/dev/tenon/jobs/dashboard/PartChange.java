package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;

/**
 * Changes a part, after all earlier changes of it. Another system does it.
 *
 * @param part the number of the part
 * @param change what becomes of it
 */
@JobType(value = "part.change", external = true, ordered = @Ordered(by = "part"))
record PartChange(String part, String change) {}
