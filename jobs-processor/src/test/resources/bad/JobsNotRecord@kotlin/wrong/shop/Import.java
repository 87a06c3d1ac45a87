package shop;

import dev.tenon.jobs.annotation.JobType;

@kotlin.Metadata
@JobType("shop.import")
final class Import {}
