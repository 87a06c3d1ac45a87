package shop;

import dev.tenon.jobs.annotation.JobModule;

@JobModule("shop-jobs")
interface Shop {}
