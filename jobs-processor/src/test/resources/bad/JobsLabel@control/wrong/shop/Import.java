package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", label = "Import\nof files")
record Import(String file) {}
