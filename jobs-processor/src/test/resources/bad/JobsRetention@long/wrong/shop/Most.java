package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.most", external = true, retention = "36500d")
record Most(String file) {}
