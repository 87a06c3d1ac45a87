package shop;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;
import dev.tenon.jobs.annotation.UniqueScope;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    unique =
        @Unique(
            value = {},
            scope = UniqueScope.UNTIL_ENDED,
            period = "soon",
            onDuplicate = DuplicatePolicy.KEEP))
record Import(String file, String tenant, int size) {}
