package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.most", external = true, timeout = "365d")
record Most(String file) {}
