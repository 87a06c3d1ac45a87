package shop;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.UniqueScope;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    uniqueScope = UniqueScope.UNTIL_ENDED,
    uniquePeriod = "soon",
    onDuplicate = DuplicatePolicy.KEEP,
    unique = {})
record Import(String file, String tenant, int size) {}
