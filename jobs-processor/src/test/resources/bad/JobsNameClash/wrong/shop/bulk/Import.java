package shop.bulk;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.bulk-import")
public record Import(String folder) {}
