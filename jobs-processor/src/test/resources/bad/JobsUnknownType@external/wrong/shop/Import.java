package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.imports", external = true)
record Import(String file) {}
