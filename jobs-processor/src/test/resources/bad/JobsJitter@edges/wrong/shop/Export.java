package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.export", external = true, jitter = 0.0 / 0)
record Export(String file) {}
