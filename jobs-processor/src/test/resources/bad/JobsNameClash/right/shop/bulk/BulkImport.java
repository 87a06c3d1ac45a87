package shop.bulk;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.bulk-import")
public record BulkImport(String folder) {}
