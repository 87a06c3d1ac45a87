package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("import.file")
record Import(String file) {}
