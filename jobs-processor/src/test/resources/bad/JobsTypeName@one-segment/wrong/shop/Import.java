package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("import")
record Import(String file) {}
