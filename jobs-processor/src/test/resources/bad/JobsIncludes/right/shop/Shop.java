package shop;

import dev.tenon.jobs.annotation.JobModule;

@JobModule("ShopJobs")
interface Shop {}
