package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.export", result = Integer.class)
record Export(String file) {}
