package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", label = "Import of files")
record Import(String file) {}
