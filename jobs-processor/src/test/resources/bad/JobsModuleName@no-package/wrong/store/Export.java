package store;

import dev.tenon.jobs.annotation.JobType;

@JobType("store.export")
public record Export() {}
