package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", external = true)
record Import(String file) {}
