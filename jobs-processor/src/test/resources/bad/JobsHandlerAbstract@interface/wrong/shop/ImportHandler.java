package shop;

import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
interface ImportHandler extends JobHandler<Import, Void> {}
