package shop;

import dev.tenon.jobs.annotation.JobModule;

@JobModule(value = "ShopJobs", includes = String.class)
interface Shop {}
