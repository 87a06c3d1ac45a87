package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.most", external = true, jitter = 1)
record Most(String file) {}
